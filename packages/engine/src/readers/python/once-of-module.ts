import type { PyModule } from "./module.ts";

/** Something computed once of a module and kept in it: a weak table beside would hold each file until a full collection. */
export function onceOfModule<T>(compute: (module: PyModule) => T): (module: PyModule) => T {
  return (module) => {
    if (!module.known.has(compute)) module.known.set(compute, compute(module));
    return module.known.get(compute) as T;
  };
}
