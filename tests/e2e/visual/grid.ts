import type { Page } from "@playwright/test";

/** How many cells a picture is divided into. */
const COLUMNS = 24;
const ROWS = 15;
/** Letters of another font change the middle colour of a cell by less than this, of 255, in most cells. */
const SLACK = 22;
/** Letters move edges, and with them what a cell at an edge shows: in so many cells at most. */
const MOST_OFF = 0.08;

/** The middle colours of the cells of the page as it stands: red, green, blue per cell, as base64. */
export async function grid(page: Page): Promise<string> {
  const picture = (await page.screenshot({ animations: "disabled", caret: "hide" })).toString("base64");
  return page.evaluate(
    async ([picture, columns, rows]) => {
      const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext("2d")!;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      const sums = new Float64Array(columns * rows * 3);
      const counts = new Float64Array(columns * rows);
      for (let y = 0; y < image.height; y++) {
        for (let x = 0; x < image.width; x++) {
          const cell = Math.floor((y * rows) / image.height) * columns + Math.floor((x * columns) / image.width);
          counts[cell]++;
          for (let part = 0; part < 3; part++) sums[cell * 3 + part] += data[(y * image.width + x) * 4 + part];
        }
      }
      return btoa(String.fromCharCode(...sums.map((sum, at) => Math.round(sum / counts[Math.floor(at / 3)]))));
    },
    [picture, COLUMNS, ROWS] as const,
  );
}

/** The cells in which two pictures differ in colour, if they are more than fonts explain: `column,row: colour, colour`. */
export function differing(one: string, other: string): string[] {
  const [a, b] = [one, other].map((text) => Buffer.from(text, "base64"));
  const cells = Array.from({ length: COLUMNS * ROWS }, (_, cell) => cell).filter((cell) =>
    [0, 1, 2].some((part) => Math.abs(a[cell * 3 + part] - b[cell * 3 + part]) > SLACK),
  );
  if (cells.length <= MOST_OFF * COLUMNS * ROWS) return [];
  const colour = (bytes: Buffer, cell: number) => bytes.subarray(cell * 3, cell * 3 + 3).toString("hex");
  return cells.map((cell) => `${cell % COLUMNS},${Math.floor(cell / COLUMNS)}: #${colour(a, cell)} and #${colour(b, cell)}`);
}
