// One message as a list item: bubble, media, keyboard, reactions.

import { fileUrl } from "./api.js";
import { avatar, el, fullName, hue, icon, iconButton } from "./dom.js";
import { formatted } from "./format.js";
import { invoiceCard, payButton, paymentNotice } from "./pay.js";
import { timeText } from "./words.js";

export function renderMessage(message, panel) {
  if (message.new_chat_members) return renderService(message, panel);
  if (message.successful_payment || message.refunded_payment) return paymentNotice(message, panel);
  const own = message.from.id === panel.viewerId;
  const bubble = el("div", { class: "bubble" }, bubbleParts(message, panel, own));
  const stack = el("div", { class: "stack" }, bubble, keyboard(message, panel), reactions(message, panel));
  const node = el("li", { class: `message ${own ? "out" : "in"}`, dataset: { id: message.message_id, from: message.from.id, date: message.date } });
  if (!panel.isPrivate && !own) node.append(avatar(message.from.id, fullName(message.from)));
  node.append(stack, iconButton("more", panel.words.actions, (event) => panel.openMessageMenu(message, event), { class: "icon-button act", "aria-haspopup": "menu" }));
  node.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a, button") || getSelection().toString()) return;
    event.preventDefault();
    panel.openMessageMenu(message, event);
  });
  return node;
}

function renderService(message, panel) {
  const names = message.new_chat_members.map((user) => el("bdi", {}, fullName(user)));
  return el("li", { class: "service", dataset: { id: message.message_id, from: 0, date: message.date } },
    el("span", {}, names.flatMap((name, index) => (index ? [", ", name] : [name])), ` ${panel.words.joined}`));
}

function bubbleParts(message, panel, own) {
  const parts = [];
  if (!panel.isPrivate && !own) parts.push(el("div", { class: `sender hue-text-${hue(message.from.id)}`, }, el("bdi", {}, fullName(message.from)), message.from.is_bot ? el("span", { class: "tag" }, "bot") : null));
  if (message.reply_to_message) parts.push(quote(message.reply_to_message, panel));
  const media = renderMedia(message, panel);
  const text = message.text ?? message.caption;
  const body = text ? el("div", { class: "text" }, formatted(text, message.entities || message.caption_entities, panel.actions)) : null;
  if (media && !message.show_caption_above_media) parts.push(media);
  parts.push(el("div", { class: "body" }, body, meta(message, panel, own)));
  if (media && message.show_caption_above_media) parts.splice(parts.length - 1, 0, media);
  return parts;
}

function meta(message, panel, own) {
  const edited = message.edit_date ? el("span", { class: "edited" }, panel.words.edited) : null;
  const time = el("time", { datetime: new Date(message.date * 1000).toISOString() }, timeText(message.date, panel.language));
  return el("span", { class: "meta" }, edited, time, own ? icon("checks") : null);
}

function quote(answered, panel) {
  const author = panel.isPrivate && answered.from.id === panel.viewerId ? panel.viewer : answered.from;
  return el("button", { type: "button", class: "quote", onclick: () => panel.scrollTo(answered.message_id) },
    el("strong", { dir: "auto" }, fullName(author)), el("span", { dir: "auto" }, summary(answered, panel.words)));
}

export function summary(message, words) {
  if (message.text || message.caption) return (message.text || message.caption).slice(0, 120);
  if (message.photo) return words.photo;
  if (message.invoice) return `${words.invoice}: ${message.invoice.title}`;
  if (message.voice) return words.voice;
  if (message.video || message.animation || message.video_note) return words.video;
  return message.document?.file_name || message.audio?.file_name || words.file;
}

// Media

function renderMedia(message, panel) {
  if (message.photo) return picture(message.photo[message.photo.length - 1], message, panel);
  const moving = message.video || message.animation || message.video_note;
  if (moving) return el("video", { class: "media", src: fileUrl(moving.file_id), controls: true, preload: "metadata", loop: Boolean(message.animation) });
  if (message.voice) return voice(message.voice, panel);
  if (message.audio) return el("audio", { class: "media", src: fileUrl(message.audio.file_id), controls: true, preload: "none" });
  if (message.document) return documentCard(message.document, panel);
  if (message.invoice) return invoiceCard(message.invoice, panel);
  return null;
}

function picture(photo, message, panel) {
  const image = el("img", { src: fileUrl(photo.file_id), alt: message.caption || panel.words.photo, width: photo.width, height: photo.height, loading: "lazy", decoding: "async" });
  const button = el("button", { type: "button", class: "photo", "aria-label": panel.words.photo, onclick: () => panel.showPicture(image.src, image.alt) }, image);
  if (message.has_media_spoiler) {
    button.classList.add("veiled");
    button.addEventListener("click", (event) => {
      if (button.classList.contains("veiled")) { event.stopImmediatePropagation(); button.classList.remove("veiled"); }
    }, { capture: true });
  }
  return button;
}

function documentCard(file, panel) {
  return el("a", { class: "document", href: fileUrl(file.file_id), download: file.file_name },
    el("span", { class: "glyph" }, icon("file")),
    el("span", { class: "about" }, el("bdi", { class: "name" }, file.file_name || panel.words.file), el("small", {}, sizeText(file.file_size))));
}

export function sizeText(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function voice(file, panel) {
  const audio = new Audio();
  audio.preload = "none";
  audio.src = fileUrl(file.file_id);
  const bar = el("span", { class: "wave" }, Array.from({ length: 28 }, (_, index) => el("i", { class: `h${(index * 7 + file.duration) % 5}` })));
  const button = iconButton("play", panel.words.voice, () => (audio.paused ? audio.play().catch(() => {}) : audio.pause()), { class: "icon-button play" });
  const swap = (name) => button.replaceChildren(icon(name));
  audio.addEventListener("play", () => swap("pause"));
  audio.addEventListener("pause", () => swap("play"));
  audio.addEventListener("timeupdate", () => {
    const done = audio.duration ? audio.currentTime / audio.duration : 0;
    bar.querySelectorAll("i").forEach((tick, index) => tick.classList.toggle("done", index / 28 < done));
  });
  const length = `${Math.floor(file.duration / 60)}:${String(file.duration % 60).padStart(2, "0")}`;
  return el("div", { class: "voice" }, button, bar, el("small", {}, length));
}

// Buttons and reactions

function keyboard(message, panel) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  return el("div", { class: "keyboard" }, rows.map((row) => el("div", { class: "row" }, row.map((button) => keyboardButton(button, message, panel)))));
}

function keyboardButton(button, message, panel) {
  if (button.pay) return payButton(message, panel);
  const label = el("span", { class: "label", dir: "auto" }, button.text);
  if (button.url) {
    return el("a", { class: "key", href: /^(https?|tg):/.test(button.url) ? button.url : `https://${button.url}`, target: "_blank", rel: "noopener noreferrer", onclick: (event) => { if (panel.actions.open(button.url)) event.preventDefault(); } }, label, icon("link"));
  }
  if (button.copy_text) {
    return el("button", { type: "button", class: "key", onclick: () => panel.actions.copy(button.copy_text.text) }, label, icon("copy"));
  }
  const key = panel.keyOf(message, button.callback_data);
  const node = el("button", { type: "button", class: "key", dataset: { key }, onclick: () => panel.press(message, button.callback_data) }, label);
  if (panel.model.isPending(key)) { node.classList.add("busy"); node.setAttribute("aria-busy", "true"); }
  return node;
}

function reactions(message, panel) {
  const counts = new Map();
  for (const [userId, given] of Object.entries(message.reactions || {})) {
    for (const emoji of given) counts.set(emoji, [...(counts.get(emoji) || []), Number(userId)]);
  }
  if (!counts.size) return null;
  return el("div", { class: "reactions" }, Array.from(counts, ([emoji, users]) => {
    const mine = users.includes(panel.viewerId);
    return el("button", { type: "button", class: "reaction", "aria-pressed": String(mine), onclick: () => panel.react(message, mine ? [] : [emoji]) }, emoji, el("small", {}, String(users.length)));
  }));
}
