// The sandbox's ad network: its page, opened as the browser inside Telegram would.

import { post } from "./api.js";
import { el, iconButton } from "./dom.js";

const SECONDS = 3;

// Where the ad leads and whose pass it is; null for any other address.
export function readAd(url) {
  let parsed;
  try { parsed = new URL(url); } catch { return null; }
  if (parsed.hostname !== "127.0.0.1" || parsed.pathname !== "/ads/") return null;
  return { host: parsed.host, pass: parsed.searchParams.get("pass") || "", target: parsed.searchParams.get("to") || "" };
}

export function showAd(host, ad, onContinue) {
  const before = document.activeElement;
  const close = () => { clearInterval(clock); node.remove(); if (host.contains(before)) before.focus({ preventScroll: true }); };
  let left = SECONDS;
  const onward = el("button", { type: "button", class: "primary", disabled: true, onclick: async () => {
    onward.disabled = true;
    // The network tells the bot that the ad was seen; the bot may do without.
    await post("ad", { pass: ad.pass }).catch(() => null);
    close();
    onContinue(ad.target);
  } });
  const tick = () => {
    onward.disabled = left > 0;
    onward.textContent = left > 0 ? `Continue in ${left}…` : "Continue to the bot";
    if (left === 0) { clearInterval(clock); onward.focus({ preventScroll: true }); }
    left -= 1;
  };
  const shut = iconButton("close", "Close the ad", close);
  const node = el("div", { class: "browser", role: "dialog", "aria-modal": "true", "aria-label": "An invented ad", dir: "ltr", lang: "en", onkeydown: (event) => { if (event.key === "Escape") close(); } },
    el("header", {}, shut, el("span", {}, ad.host)),
    el("div", { class: "ad" },
      el("p", { class: "ad-note" }, "Ad · invented for the sandbox"),
      el("div", { class: "ad-picture", "aria-hidden": "true" }, "🫖"),
      el("h3", {}, "Marigold Teapots"),
      el("p", {}, "They pour. They keep warm. They do not exist, and neither does their maker."),
      onward));
  host.append(node);
  const clock = setInterval(tick, 1000);
  tick();
  shut.focus({ preventScroll: true });
}
