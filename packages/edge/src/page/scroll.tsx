import type { FC, PropsWithChildren } from "hono/jsx";

/** A wide table scrolls by itself, with the keyboard too, and the page does not. */
export const Scroll: FC<PropsWithChildren<{ readonly name: string }>> = ({ name, children }) => (
  <section class="scroll" tabindex={0} aria-label={name}>
    {children}
  </section>
);
