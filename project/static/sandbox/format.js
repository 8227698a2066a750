// A text and its entities as nodes. Offsets count UTF-16 units, as JavaScript's strings do.

import { el } from "./dom.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", blockquote: "blockquote" };

const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);

export function formatted(text, entities = [], actions) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const node = document.createDocumentFragment();
  node.append(...range(text, sorted, 0, text.length, actions));
  return node;
}

function range(text, entities, start, end, actions) {
  const nodes = [];
  let position = start;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    if (entity.offset < position || entity.offset >= end) continue;
    const last = Math.min(entity.offset + entity.length, end);
    if (entity.offset > position) nodes.push(text.slice(position, entity.offset));
    const inner = range(text, entities.slice(index + 1), entity.offset, last, actions);
    nodes.push(wrapped(entity, text.slice(entity.offset, last), inner, actions));
    // The line break after a block is the block's own.
    position = BLOCKS.has(entity.type) && text[last] === "\n" ? last + 1 : last;
  }
  if (position < end) nodes.push(text.slice(position, end));
  return nodes;
}

function wrapped(entity, raw, inner, actions) {
  const tag = TAGS[entity.type];
  if (tag) return el(tag, {}, inner);
  switch (entity.type) {
    case "expandable_blockquote":
      return expandable(inner);
    case "spoiler":
      return spoiler(inner, actions);
    case "code":
      return el("code", { tabindex: "0", role: "button", title: actions.words.copy, ...press(() => actions.copy(raw)) }, inner);
    case "pre":
      return el("pre", { tabindex: "0", role: "button", title: actions.words.copy, "data-language": entity.language, ...press(() => actions.copy(raw)) }, el("code", {}, inner));
    case "text_link":
      return link(entity.url, inner, actions);
    case "url":
      return link(raw.includes("://") ? raw : `https://${raw}`, inner, actions);
    case "email":
      return el("a", { href: `mailto:${raw}` }, inner);
    case "bot_command":
      return el("a", { href: "#", class: "command", onclick: (event) => { event.preventDefault(); actions.say(raw); } }, inner);
    case "mention":
    case "text_mention":
    case "hashtag":
      return el("span", { class: "mention" }, inner);
    default:
      return el("span", {}, inner);
  }
}

function press(action) {
  return {
    onclick: (event) => { if (!event.target.closest("a")) action(); },
    onkeydown: (event) => { if (event.key === "Enter") action(); },
  };
}

function link(url, inner, actions) {
  const safe = /^(https?|tg|mailto|tel):/i.test(url) ? url : "#";
  const props = { href: safe, rel: "noopener noreferrer", target: "_blank" };
  return el("a", { ...props, onclick: (event) => { if (actions.open(url)) event.preventDefault(); } }, inner);
}

function spoiler(inner, actions) {
  const node = el("span", { class: "spoiler", tabindex: "0", role: "button", "aria-label": actions.words.spoiler }, inner);
  const show = () => { node.classList.add("shown"); node.removeAttribute("role"); node.removeAttribute("aria-label"); };
  node.addEventListener("click", show);
  node.addEventListener("keydown", (event) => { if (event.key === "Enter") show(); });
  return node;
}

function expandable(inner) {
  const node = el("blockquote", { class: "expandable", tabindex: "0" }, inner);
  node.addEventListener("click", () => node.classList.toggle("open"));
  node.addEventListener("keydown", (event) => { if (event.key === "Enter") node.classList.toggle("open"); });
  return node;
}
