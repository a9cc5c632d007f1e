import { at, type Check } from "./check.ts";

const DATE = /^\d{4}(-\d{2}(-\d{2})?)?(\/\d{4}(-\d{2}(-\d{2})?)?)?$/;

export const sourceComplete: Check = {
  id: "source-complete",
  title:
    "A source says where, when, under which licence; one of numbers also its convention, tier, method and revision.",
  find: (data) =>
    data.sources.flatMap((source) => {
      const { id, kind, date, accessed, ...rest } = source.value;
      const required = ["title", "citation", "licence"] as const;
      const ofNumbers =
        kind === "measurements"
          ? (["commit", "convention", "tier", "method"] as const)
          : kind === "disputed"
            ? (["commit", "convention", "tier"] as const)
            : [];
      const absent = [...required, ...ofNumbers].filter((field) => !rest[field]?.trim());
      const newest = date.split("/").at(-1) ?? date;
      return [
        ...absent.map((field) => at(source, id, `${field} is missing`)),
        ...(rest.caveats.length > 0 ? [] : [at(source, id, "caveats are missing: no source is without one")]),
        ...(rest.url.startsWith("https://") ? [] : [at(source, id, `url: expected https, received ${rest.url}`)]),
        ...(DATE.test(date)
          ? []
          : [at(source, id, `date: expected YYYY, YYYY-MM, YYYY-MM-DD or a span a/b, received ${date}`)]),
        ...(newest <= accessed ? [] : [at(source, id, `date ${date} is after it was accessed, ${accessed}`)]),
        ...(kind === "disputed" && rest.tier !== "X" ? [at(source, id, "a disputed source is of tier X")] : []),
      ];
    }),
};
