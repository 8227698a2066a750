// Toasts, alerts, questions and forms.

import { el, icon, iconButton } from "./dom.js";

export function toast(host, text, kind = "plain") {
  host.querySelector(":scope > .toast")?.remove();
  const node = el("div", { class: `toast ${kind}`, role: kind === "error" ? "alert" : "status", dir: "auto" }, kind === "done" ? icon("check") : null, el("span", {}, text));
  host.append(node);
  setTimeout(() => node.classList.add("leaving"), 2600 + Math.min(text.length * 25, 3000));
  node.addEventListener("animationend", (event) => { if (event.animationName === "leave") node.remove(); });
}

// An alert inside one member's panel, as a phone shows it.
export function alertIn(host, title, text) {
  const before = document.activeElement;
  const close = () => { node.remove(); if (host.contains(before)) before.focus(); };
  const ok = el("button", { type: "button", class: "primary", onclick: close }, "OK");
  const node = el("div", { class: "veil", role: "alertdialog", "aria-modal": "true", "aria-label": title, onkeydown: (event) => { if (event.key === "Escape") close(); } },
    el("div", { class: "card" }, el("h3", {}, title), el("p", { dir: "auto" }, text), el("div", { class: "choices" }, ok)));
  host.append(node);
  ok.focus({ preventScroll: true });
}

function dialog(content, props = {}) {
  const node = el("dialog", props, content);
  document.body.append(node);
  node.addEventListener("close", () => node.remove());
  node.addEventListener("click", (event) => { if (event.target === node) node.close(); });
  node.showModal();
  return node;
}

export function confirm(title, text, action) {
  return new Promise((resolve) => {
    const node = dialog(el("form", { method: "dialog", class: "card" }, el("h3", {}, title), el("p", {}, text),
      el("div", { class: "choices" }, el("button", { value: "no", class: "quiet" }, "Cancel"), el("button", { value: "yes", class: "danger" }, action))), { "aria-label": title });
    node.addEventListener("close", () => resolve(node.returnValue === "yes"));
  });
}

// fields: [{name, label, value, type, hint, options}]; onsubmit may throw: its words are shown.
export function form(title, fields, action, onsubmit) {
  const inputs = new Map();
  const rows = fields.map((field) => {
    const input = field.options
      ? el("select", { name: field.name }, field.options.map(([value, label]) => el("option", { value, selected: value === field.value }, label)))
      : el("input", { name: field.name, type: field.type || "text", value: field.type === "checkbox" ? undefined : field.value || "", checked: field.type === "checkbox" ? Boolean(field.value) : undefined, dir: field.type === "text" || !field.type ? "auto" : undefined, autocomplete: "off", min: field.min, max: field.max, required: field.required });
    inputs.set(field.name, input);
    return el("label", { class: field.type === "checkbox" ? "tick" : "field" }, el("span", {}, field.label), input, field.hint ? el("small", {}, field.hint) : null);
  });
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const node = dialog(el("form", { class: "card", onsubmit: async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(Array.from(inputs, ([name, input]) => [name, input.type === "checkbox" ? input.checked : input.value]));
    try {
      await onsubmit(values);
      node.close();
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    }
  } }, el("h3", {}, title), rows, problem, el("div", { class: "choices" }, el("button", { type: "button", class: "quiet", onclick: () => node.close() }, "Cancel"), el("button", { class: "primary" }, action))), { "aria-label": title });
}

export function lightbox(source, caption) {
  const node = dialog(el("figure", { onclick: () => node.close() }, el("img", { src: source, alt: caption })), { class: "lightbox", "aria-label": caption });
  node.append(iconButton("close", "Close", () => node.close()));
}

// A menu beside what was clicked. items: [{label, icon or face, action, danger, checked}].
export function menu(items, event, { direction = "ltr", top = null } = {}) {
  document.querySelector(".menu")?.remove();
  const opener = event.currentTarget;
  const close = (focus) => {
    node.remove();
    document.removeEventListener("pointerdown", outside, true);
    if (focus && opener instanceof HTMLElement) opener.focus();
  };
  const outside = (click) => { if (!node.contains(click.target)) close(false); };
  const node = el("div", { class: "menu", role: "menu", dir: direction }, top,
    items.filter(Boolean).map((item) => el("button", { type: "button", role: "menuitem", class: item.danger ? "danger" : "", onclick: () => { close(true); item.action(); } }, item.face || icon(item.icon), el("bdi", {}, item.label), item.checked ? icon("check") : null)));
  top?.addEventListener("click", () => close(false));
  node.addEventListener("keydown", (key) => {
    const all = Array.from(node.querySelectorAll("button"));
    const at = all.indexOf(document.activeElement);
    if (key.key === "Escape") { key.stopPropagation(); close(true); }
    if (key.key === "ArrowDown") { key.preventDefault(); all[(at + 1) % all.length].focus(); }
    if (key.key === "ArrowUp") { key.preventDefault(); all[(at - 1 + all.length) % all.length].focus(); }
  });
  document.body.append(node);
  const box = node.getBoundingClientRect();
  const anchor = opener.getBoundingClientRect();
  const x = event.type === "contextmenu" ? event.clientX : anchor.left;
  const y = event.type === "contextmenu" ? event.clientY : anchor.bottom + 4;
  node.style.left = `${Math.max(8, Math.min(x, innerWidth - box.width - 8))}px`;
  node.style.top = `${y + box.height > innerHeight - 8 ? Math.max(8, (event.type === "contextmenu" ? y : anchor.top - 4) - box.height) : y}px`;
  document.addEventListener("pointerdown", outside, true);
  node.querySelector("button")?.focus({ preventScroll: true });
}
