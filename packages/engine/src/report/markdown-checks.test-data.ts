/** The headings that the skill gives each report, in its order. */
export const SKILL_HEADINGS = {
  optimize: [
    "## Recommended Configuration",
    "## Performance Metrics",
    "## Energy & Efficiency",
    "## Cost & Carbon (Monthly Estimates)",
    "## Why This Configuration",
    "## 💡 Optimization Insights",
    "## ⚠️ Warning: Avoid These Pitfalls",
    "## 📊 Detailed Analysis",
    "## 🔬 Measurement Transparency",
  ],
  diagnose: [
    "## Diagnosis",
    "## Evidence from Measurements",
    "## Root Cause Analysis",
    "## Recommended Fix (Priority Order)",
    "## Expected Improvement (Data-Backed)",
    "## Verification Steps",
  ],
} as const;

const indent = (line: string): number => line.length - line.trimStart().length;

/** Lines of a report that leave a field empty, or say a program's word for nothing. */
export function emptyFields(markdown: string): string[] {
  const lines = markdown.split("\n").filter((line) => line.trim() !== "");
  return lines.filter((line, i) => {
    const next = lines[i + 1];
    const follows = next !== undefined && !next.startsWith("#");
    const nested = next !== undefined && indent(next) > indent(line);
    return (
      /\b(?:undefined|NaN|null|Infinity)\b/.test(line) ||
      (line.startsWith("#") && !follows) ||
      (/^\s*(?:-|\d+\.) /.test(line) && /:\s*$/.test(line) && !nested) ||
      (/^\*\*.*:\*\*$/.test(line) && !next?.startsWith("- ")) ||
      /^\s*(?:-|\d+\.)\s*$/.test(line) ||
      (line.startsWith("|") && /\|\s*\|/.test(line))
    );
  });
}

export const headingsOf = (markdown: string): string[] =>
  markdown
    .replace(/^( *)(`{3,})[^\n]*\n[\s\S]*?\n\1\2$/gm, "")
    .split("\n")
    .filter((line) => /^#{1,6} /.test(line));
