// Starts the advisor in its worker. Addresses are relative to this file: the site may lie under any path.
import init from "./advisor.js";

try {
  await init();
} catch (error) {
  // The page hears of no rejection here by itself.
  postMessage(String(error));
}
