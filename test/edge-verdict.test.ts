// A verdict for CI.
import { describe, expect, test } from "vitest";
import { ask, INT8_CODE, post } from "./support/ask-edge.ts";
import { ISSUE } from "./support/questions.ts";

describe("C5 verdict for CI", () => {
  const verdict = async (values: object) => {
    const response = await ask("estimate", { ...ISSUE, ...values });
    return { status: response.status, body: await response.json() };
  };
  test.each([
    [{ budget_kwh: 200 }, "pass"],
    [{ budget_kwh: 100 }, "warn"],
    [{ budget_kwh: 50 }, "fail"],
    [{ budget_kwh: 100, verdict_at: "upper" }, "fail"],
    [{ budget_kwh: 70, verdict_at: "lower" }, "warn"],
    [{ budget_kwh: 70, verdict_at: "mid" }, "fail"],
  ])("%j is %s, with HTTP 200", async (values, expected) => {
    const { status, body } = await verdict(values);
    expect(status).toBe(200);
    expect(body).toMatchObject({ verdict: expected, verdict_why: expect.stringContaining("kWh") });
  });

  test("without a budget there is none", async () => {
    expect((await verdict({})).body.verdict).toBeUndefined();
  });

  test("verdict_as_status makes a fail an error for curl -f, with the whole answer in it", async () => {
    const failed = await verdict({ budget_kwh: 50, verdict_as_status: true });
    expect(failed.status).toBe(422);
    expect(failed.body).toMatchObject({
      type: "/problems/verdict-failed",
      verdict: "fail",
      report: { protocol: "estimate" },
    });
    expect((await verdict({ budget_kwh: 200, verdict_as_status: true })).status).toBe(200);
  });

  test("unknown evidence is an unknown verdict", async () => {
    expect((await verdict({ quantization: "awq", budget_kwh: 50 })).body).toMatchObject({
      status: 422,
      verdict: "unknown",
    });
  });

  test("an audit is judged by severity", async () => {
    const judged = async (fail_on: string, text = INT8_CODE) =>
      (await (await post("audit", { code: text, fail_on })).json()).verdict;
    expect(await judged("critical")).toBe("fail");
    expect(await judged("never")).toBe("warn");
    expect(await judged("critical", "x = 1")).toBe("unknown");
  });
});
