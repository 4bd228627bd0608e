// What the tests of the page share: a visitor's hands and eyes.

/** Waits until the drawing has been finished and painted. */
export async function finished(page) {
  await page.waitForFunction(() => {
    const grids = [...document.querySelectorAll('.model:not([hidden]) .grid')];
    return grids.length > 0 && grids.every((grid) => grid.ariaBusy === 'false');
  });
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
}

/** The completions as they are painted. */
export const pictures = (page) =>
  page.$$eval('.model:not([hidden]) .keep canvas', (all) => all.map((each) => each.toDataURL()));

/** The known ink and the unknown pixels, as the canvas tells a screen reader. */
export async function counts(page) {
  const label = await page.getAttribute('#canvas canvas', 'aria-label');
  const [, , ink, hidden] = label.match(/\d+/g).map(Number);
  return { ink, hidden };
}

/** Drags the mouse over the canvas; points in cells from its upper left corner. */
export async function stroke(page, points) {
  const box = await page.locator('#canvas canvas').boundingBox();
  const place = ([x, y]) => [box.x + (x / 28) * box.width, box.y + (y / 28) * box.height];
  await page.mouse.move(...place(points[0]));
  await page.mouse.down();
  for (const point of points.slice(1)) await page.mouse.move(...place(point), { steps: 8 });
  await page.mouse.up();
}

/** Whether an element lies within its window, left to right. */
export const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
