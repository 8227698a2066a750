// The drawer that sends an SMS to one of our numbers, as a provider would.

import { get, post } from "./api.js";
import { toast } from "./dialogs.js";
import { el, iconButton } from "./dom.js";

const REFRESH_MS = 4000;
const SAMPLE = () => `Your code is ${String(Math.floor(100000 + Math.random() * 900000))}. Do not share it.`;

export class SmsDrawer {
  constructor() {
    this.to = el("input", { type: "tel", dir: "ltr", required: true, placeholder: "+971501234567", autocomplete: "off", name: "to" });
    this.from = el("input", { type: "text", dir: "auto", required: true, value: "Google", autocomplete: "off", maxlength: "64", name: "from" });
    this.text = el("textarea", { rows: "4", dir: "auto", required: true, maxlength: "1600", name: "text" });
    this.by = el("select", { name: "by" }, el("option", { value: "webhook" }, "Signed webhook: at once"), el("option", { value: "list" }, "Polling: when the list is asked for"));
    this.leased = el("div", { class: "leased" });
    this.button = el("button", { class: "primary wide" }, "Send SMS");
    this.node = el("dialog", { class: "drawer", "aria-label": "Send an SMS" },
      el("header", {}, el("h3", {}, "Send an SMS to a number"), iconButton("close", "Close", () => this.node.close())),
      el("form", { onsubmit: (event) => this.submit(event) },
        el("p", { class: "hint" }, "Goes the way a real provider’s SMS would."),
        el("h4", {}, "Leased now"), this.leased,
        this.field("To", this.to), this.field("From", this.from), this.field("Text", this.text), this.field("By", this.by), this.button));
    this.to.addEventListener("input", () => this.mark());
    this.node.addEventListener("keydown", (event) => { if (event.key === "Escape") this.node.close(); });
    this.node.addEventListener("close", () => clearInterval(this.timer));
    document.body.append(this.node);
  }

  field(label, input) {
    return el("label", { class: "field" }, el("span", {}, label), input);
  }

  async open() {
    this.text.value ||= SAMPLE();
    // Not modal: one watches the SMS arrive in the chat beside it.
    if (!this.node.open) this.node.show();
    clearInterval(this.timer);
    this.timer = setInterval(() => this.refresh(), REFRESH_MS);
    await this.refresh();
  }

  async refresh() {
    try {
      const numbers = (await get("numbers")).result;
      this.leased.replaceChildren(...(numbers.length ? numbers.map((one) => this.choice(one)) : [el("p", { class: "hint" }, "No number is leased. Lease one as a member, then come back.")]));
      const seen = numbers.some((one) => one.number === this.chosen);
      if (numbers.length && !seen && this.to.value === (this.chosen || "")) this.choose(numbers[0].number);
    } catch (error) {
      this.leased.replaceChildren(el("p", { class: "problem" }, error.message));
    }
  }

  choice(one) {
    return el("button", { type: "button", class: "leased-number", dataset: { number: one.number }, "aria-pressed": String(one.number === this.to.value), onclick: () => this.choose(one.number) }, el("b", { dir: "ltr" }, one.display), el("small", {}, [one.holder, one.pool].filter(Boolean).join(" · ")));
  }

  choose(number) {
    this.chosen = number;
    this.to.value = number;
    this.mark();
  }

  mark() {
    for (const one of this.leased.querySelectorAll("button")) one.setAttribute("aria-pressed", String(one.dataset.number === this.to.value));
  }

  async submit(event) {
    event.preventDefault();
    this.button.disabled = true;
    try {
      await post("sms", { to: this.to.value.trim(), from: this.from.value.trim(), text: this.text.value, by: this.by.value });
      toast(this.node, this.by.value === "list" ? "In the list: the bot asks for it within seconds" : `Delivered to ${this.to.value.trim()}`, "done");
      this.text.value = SAMPLE();
    } catch (error) {
      toast(this.node, error.message, "error");
    } finally {
      this.button.disabled = false;
    }
  }
}
