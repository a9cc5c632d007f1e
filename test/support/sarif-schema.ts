import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv-draft-04";

/** The OASIS committee's own, of draft 04, as @microsoft/jest-sarif 1.0.0-beta.0 ships it. */
const SCHEMA = join(import.meta.dirname, "../fixtures/sarif/sarif-2.1.0-rtm.5.json");

const isUri = (text: string): boolean => URL.canParse(text);
const ajv = new Ajv.default({
  allErrors: true,
  strict: false,
  unicodeRegExp: false,
  formats: {
    uri: isUri,
    "uri-reference": (text: string) => /^[\x21-\x7e]*$/.test(text) && URL.canParse(text, "file:///src/"),
    "date-time": /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/,
  },
});
const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA, "utf8")));

/** Where a log is not what SARIF 2.1.0 asks for. */
export function sarifErrors(text: string): string[] {
  if (validate(JSON.parse(text))) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
