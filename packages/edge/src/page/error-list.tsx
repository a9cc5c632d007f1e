import type { InputError } from "@ecocompute/engine";
import type { FC } from "hono/jsx";

interface ErrorListProps {
  readonly errors: readonly InputError[];
  /** What stands above the list, and is not said again. */
  readonly said?: string;
  /** Where the suggestion of an error leads; null where that is no link. */
  readonly meant: (error: InputError & { readonly did_you_mean: string }) => string | null;
}

/** What is wrong with a request, each thing with what was received and, where one is near, what was meant. */
export const ErrorList: FC<ErrorListProps> = ({ errors, said, meant }) =>
  errors.length === 0 ? null : (
    <ul>
      {errors.map((error) => (
        <li>
          {error.message === said ? null : (
            <>
              <code>{error.parameter}</code>: {withoutHint(error.message)}.{" "}
            </>
          )}
          Received <code>{error.received || "nothing"}</code>. <Suggestion error={error} meant={meant} />
        </li>
      ))}
    </ul>
  );

const Suggestion: FC<Pick<ErrorListProps, "meant"> & { readonly error: InputError }> = ({ error, meant }) => {
  const { did_you_mean } = error;
  if (did_you_mean === undefined) return null;
  const href = meant({ ...error, did_you_mean });
  const text = (
    <>
      Did you mean <code>{did_you_mean}</code>?
    </>
  );
  return href === null ? text : <a href={href}>{text}</a>;
};

/** The message without the suggestion that follows. */
const withoutHint = (message: string): string =>
  message.replace(/[;,]? did you mean "[^"]*"\?/, "").replace(/[.:]$/, "");
