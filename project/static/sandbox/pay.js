// Stars: an invoice's card, the sheet that pays it, and what Telegram says of a payment.

import { post } from "./api.js";
import { toast } from "./dialogs.js";
import { el } from "./dom.js";
import { localeOf } from "./words.js";

const STARS_AT_FIRST = 5000;

export function starsOf(user) {
  return user.stars ?? STARS_AT_FIRST;
}

export function starsText(count, language) {
  return `⭐ ${count.toLocaleString(localeOf(language), { numberingSystem: "latn" })}`;
}

export function invoiceCard(invoice, panel) {
  return el("div", { class: "invoice" }, el("strong", { dir: "auto" }, invoice.title), el("p", { dir: "auto" }, invoice.description),
    el("span", { class: "price" }, el("bdi", {}, starsText(invoice.total_amount, panel.language))));
}

export function payButton(message, panel) {
  const label = `${panel.words.pay} ${starsText(message.invoice.total_amount, panel.language)}`;
  return el("button", { type: "button", class: "key pay", onclick: () => paySheet(message, panel) }, el("span", { class: "label", dir: "auto" }, label));
}

// A payment or a refund, with the two things that only Telegram can do: for trying them.
export function paymentNotice(message, panel) {
  const { words, language } = panel;
  const paid = message.successful_payment;
  const text = paid ? `${words.paid} ${starsText(paid.total_amount, language)}` : `${starsText(message.refunded_payment.total_amount, language)} ${words.refunded}`;
  const where = { chat_id: panel.chatId, message_id: message.message_id };
  const act = (action, done) => panel.attempt(async () => { await post(action, where); if (done) toast(panel.node, done, "done"); });
  const acts = paid ? el("span", { class: "acts" },
    el("button", { type: "button", onclick: () => act("deliver_again", words.delivered) }, words.again),
    el("button", { type: "button", onclick: () => act("refund_elsewhere") }, words.refund)) : null;
  return el("li", { class: "service payment", dataset: { id: message.message_id, from: 0, date: message.date } }, el("span", { dir: "auto" }, text), acts);
}

// Over one member's panel, as a phone shows it.
function paySheet(message, panel) {
  const { words, language, model } = panel;
  const { invoice } = message;
  const before = document.activeElement;
  let asked = null;
  let timer = 0;
  const early = new Map();
  const say = (text, kind) => { problem.textContent = text; problem.hidden = !text; problem.className = kind; };
  const close = () => {
    clearTimeout(timer);
    model.off("checkout", heard);
    node.remove();
    if (panel.node.contains(before)) before.focus();
  };
  const fail = (text) => {
    clearTimeout(timer);
    asked = null;
    say(text, "problem");
    pay.hidden = true;
    cancel.textContent = words.close;
    cancel.focus();
  };
  const settle = (answer) => { if (answer.ok) close(); else fail(answer.error); };
  const heard = (answer) => { if (answer.query_id === asked) settle(answer); else early.set(answer.query_id, answer); };
  const press = async () => {
    pay.disabled = true;
    say(words.waiting, "hint");
    try {
      const { query_id: id, seconds } = await post("pay", { ...panel.where(), message_id: message.message_id });
      if (early.has(id)) { settle(early.get(id)); return; }
      asked = id;
      timer = setTimeout(() => fail(words.noAnswer), seconds * 1000);
    } catch (error) {
      fail(error.message);
    }
  };
  const problem = el("p", { role: "alert", hidden: true, dir: "auto" });
  const pay = el("button", { type: "button", class: "primary", onclick: press }, `${words.pay} ${starsText(invoice.total_amount, language)}`);
  const cancel = el("button", { type: "button", class: "quiet", onclick: close }, words.cancel);
  const node = el("div", { class: "veil sheet", role: "dialog", "aria-modal": "true", "aria-label": words.confirmPayment, onkeydown: (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Tab") { event.preventDefault(); const other = document.activeElement === pay || pay.hidden || pay.disabled ? cancel : pay; other.focus(); }
  } }, el("div", { class: "card" }, el("h3", {}, words.confirmPayment),
    el("p", {}, el("strong", { dir: "auto" }, invoice.title)), el("p", { dir: "auto" }, invoice.description),
    el("p", { class: "hint" }, `${words.stars} `, el("bdi", {}, starsText(starsOf(panel.viewer), language))), problem,
    el("div", { class: "choices" }, cancel, pay)));
  model.on("checkout", heard);
  panel.node.append(node);
  pay.focus({ preventScroll: true });
}
