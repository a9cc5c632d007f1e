import type { FC } from "hono/jsx";

/** A sentence whose `code` is set as code. */
export const CodeText: FC<{ readonly text: string }> = ({ text }) => (
  <>{text.split("`").map((part, i) => (i % 2 === 1 ? <code>{part}</code> : part))}</>
);
