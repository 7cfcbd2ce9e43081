import { seriousFindings } from "./harness/axe.ts";
import { scenario as group } from "./harness/scenario.ts";
import { expect, test } from "./harness/test.ts";
import { SimulatePage } from "./pages/simulate.ts";

const scenario = group({ second_ms: 2000 });

test("form and JSON are two views of one scenario", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 6000);
  await page.getByTestId("scenario-button").click();
  const form = page.getByTestId("scenario-form");
  const text = async () => {
    await page.getByTestId("scenario-JSON").click();
    const json = JSON.parse(await page.getByTestId("scenario-json").inputValue());
    await page.getByTestId("scenario-Form").click();
    return json;
  };
  const set = async (within: typeof form, field: string, value: string) => {
    await within.getByTestId(`field-${field}`).first().fill(value);
    await within.getByTestId(`field-${field}`).first().blur();
  };
  await set(form, "title", "Two topics");
  await form.getByRole("button", { name: "Add topic" }).click();
  const second = page.getByTestId("topic-row").nth(1);
  await set(second, "name", "orders");
  await set(second, "partitions", "4");
  await set(second, "racks", "r1, r2\nr2");
  const member = page.getByTestId("member-row").nth(1);
  await member.locator("summary").click();
  await set(member, "name", "worker");
  await set(member, "group.instance.id", "w1");
  await set(member, "client.rack", "r1");
  await set(member, "client", "3.9.0");
  await set(member, "partition.assignment.strategy", "range");
  await set(member, "topics", "orders");
  await set(member, "record_ms", "3");
  await set(member, "revoked_ms", "40");
  const action = page.getByTestId("action-row").nth(1);
  await action.locator("summary").click();
  await expect(action.getByTestId("field-member")).toHaveValue("worker");
  await form.getByRole("button", { name: "Add action" }).click();
  const added = page.getByTestId("action-row").nth(2);
  await added.locator("summary").click();
  await added.getByTestId("field-do").selectOption("freeze");
  await set(added, "at_ms", "9000");
  await set(added, "ms", "1500");
  const json = await text();
  expect(json.title).toBe("Two topics");
  expect(json.topics[1]).toEqual({ name: "orders", partitions: 4, racks: [["r1", "r2"], ["r2"]] });
  expect(json.members[1]).toEqual({
    name: "worker",
    client: "3.9.0",
    config: { "client.rack": "r1", "group.instance.id": "w1", "partition.assignment.strategy": "range" },
    topics: ["orders"],
    timing: { revoked_ms: 40 },
    application: { record_ms: 3 },
  });
  expect(json.actions[1].member).toBe("worker");
  expect(json.actions[2]).toEqual({ at_ms: 9000, do: "freeze", member: "c1", ms: 1500 });
  expect(json).toEqual(JSON.parse(await lab.scenario()));
  expect(await seriousFindings(page)).toEqual([]);

  // And back: what is written as JSON stands in the form.
  await page.getByTestId("scenario-JSON").click();
  json.topics[1].partitions = 5;
  json.config["client.id"] = "x";
  await page.getByTestId("scenario-json").fill(JSON.stringify(json));
  await page.getByTestId("scenario-Form").click();
  await expect(second.getByTestId("field-partitions")).toHaveValue("5");
  await expect(form.getByTestId("field-others").last()).toHaveValue("");
  await page.keyboard.press("Escape");
  await expect(lab.tokens).toHaveCount(11);
  await page.getByTestId("undo").click();
  await expect(lab.tokens).toHaveCount(10);
});

test("what can't be read is kept, shown with its reason, survives a reload and can be mended", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const lab = new SimulatePage(page);
  await lab.openWith(scenario, 6000);
  const owners = await lab.owners();
  await page.getByTestId("scenario-button").click();
  const field = page.getByTestId("topic-row").getByTestId("field-partitions");
  await field.fill("six");
  await field.blur();
  await expect(page.getByTestId("scenario-problem")).toContainText("topics[0].partitions: expected a whole number");
  await expect(field).toHaveValue("six");
  await page.keyboard.press("Escape");
  await page.reload();
  // The last run that could be run stands below the reason.
  await expect(page.getByTestId("problem")).toContainText("topics[0].partitions");
  expect(await lab.owners()).toEqual(owners);
  await page.getByTestId("mend").click();
  await expect(field).toHaveValue("six");
  await field.fill("8");
  await field.blur();
  await expect(page.getByTestId("scenario-problem")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(lab.tokens).toHaveCount(8);

  // A text that isn't even JSON.
  await page.getByTestId("scenario-button").click();
  await page.getByTestId("scenario-JSON").click();
  await page.getByTestId("scenario-json").fill("{ not yet");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("problem")).toContainText("line 1 column 3: this is not JSON");
  await page.reload();
  await page.getByTestId("mend").click();
  await expect(page.getByTestId("scenario-dialog")).toContainText("mend it under JSON");
  await page.getByTestId("scenario-JSON").click();
  await expect(page.getByTestId("scenario-json")).toHaveValue("{ not yet");
  await page.keyboard.press("Escape");
  await page.getByTestId("discard").click();
  await expect(page.getByTestId("problem")).toHaveCount(0);
  await expect(lab.tokens).toHaveCount(8);
});

test("a stored scenario that cannot be read is kept and shown with the reason", async ({ page }) => {
  const lab = new SimulatePage(page);
  await page.addInitScript(() => {
    if (!sessionStorage.getItem("prepared")) localStorage.setItem("rebalance-lab.scenario", '{"version": 1, "topics": 3}');
    sessionStorage.setItem("prepared", "yes");
  });
  await lab.open("#/simulate");
  for (let visit = 0; visit < 2; visit++) {
    await expect(page.getByTestId("problem")).toContainText("topics: expected a list");
    await page.getByTestId("mend").click();
    await page.getByTestId("scenario-JSON").click();
    await expect(page.getByTestId("scenario-json")).toHaveValue('{"version": 1, "topics": 3}');
    await page.reload();
  }
});
