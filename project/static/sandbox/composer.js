// Where a member writes: text, commands, mentions, files, replies, edits.

import { post, upload } from "./api.js";
import { avatar, el, fullName, icon, iconButton } from "./dom.js";
import { form } from "./dialogs.js";
import { hum } from "./sound.js";
import { sizeText, summary } from "./message.js";

export class Composer {
  constructor(panel) {
    this.panel = panel;
    this.mentions = new Map(); // name -> user id, for those without a username
    this.context = null; // {kind: "reply" | "edit", message}
    this.files = [];
    this.build();
  }

  build() {
    const { words } = this.panel;
    this.input = el("textarea", { rows: "1", dir: "auto", maxlength: "4096", autocomplete: "off", placeholder: words.message, "aria-label": words.message, oninput: () => this.changed(), onkeydown: (event) => this.key(event), onpaste: (event) => this.paste(event) });
    this.picker = el("input", { type: "file", hidden: true, multiple: true, onchange: () => { this.attach(this.picker.files); this.picker.value = ""; } });
    this.attachButton = iconButton("clip", words.attach, () => this.picker.click());
    this.commandsButton = iconButton("slash", words.commands, () => this.toggleCommands());
    this.sendButton = iconButton("send", words.send, () => this.submit(), { class: "icon-button send" });
    this.voiceButton = iconButton("mic", words.recordVoice, () => this.voice());
    this.strip = el("div", { class: "strip", hidden: true });
    this.list = el("div", { class: "suggestions", role: "listbox", id: `list${this.panel.chatId}`, "aria-label": words.commands, hidden: true });
    this.input.setAttribute("aria-controls", this.list.id);
    this.replyKeys = el("div", { class: "reply-keyboard", hidden: true });
    this.speaker = this.panel.isPrivate ? null : this.speakerButton();
    this.node = el("div", { class: "composer" }, this.list, this.strip,
      el("div", { class: "line" }, this.speaker, this.attachButton, el("div", { class: "field" }, this.input, this.commandsButton), this.voiceButton, this.sendButton), this.replyKeys, this.picker);
    this.changed();
  }

  speakerButton() {
    const { panel } = this;
    return el("button", { type: "button", class: "speaker", title: panel.words.sendingAs, "aria-label": `${panel.words.sendingAs} ${fullName(panel.viewer)}`, "aria-haspopup": "menu", onclick: (event) => panel.openSpeakerMenu(event) }, avatar(panel.viewerId, fullName(panel.viewer)), icon("down"));
  }

  changed() {
    this.grow();
    const something = this.input.value.trim() || this.files.length;
    this.sendButton.hidden = !something;
    this.voiceButton.hidden = Boolean(something);
    this.commandsButton.hidden = Boolean(this.input.value) || !this.panel.commands.length;
    this.suggest();
  }

  // Where the browser cannot size the field by its content itself.
  grow() {
    if (CSS.supports("field-sizing", "content") || !this.input.isConnected) return;
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 140)}px`;
  }

  key(event) {
    if (!this.list.hidden) {
      const options = Array.from(this.list.children);
      const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        this.select(options[(at + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length]);
        return;
      }
      if ((event.key === "Enter" || event.key === "Tab") && at >= 0) {
        event.preventDefault();
        if (event.key === "Tab" && options[at].dataset.command) this.fill(`/${options[at].dataset.command} `);
        else options[at].click();
        return;
      }
      if (event.key === "Escape") { this.list.hidden = true; return; }
    }
    if (event.key === "Escape") this.setContext(null);
    if (event.key === "ArrowUp" && !this.input.value) { const last = this.panel.lastOwnText(); if (last) { event.preventDefault(); this.setContext({ kind: "edit", message: last }); } }
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.submit(); }
  }

  // Suggestions: commands after "/", members after "@".

  suggest() {
    const before = this.input.value.slice(0, this.input.selectionStart);
    const command = before.match(/^\/([a-z0-9_]*)$/i);
    const mention = !this.panel.isPrivate && before.match(/(?:^|\s)@(\S*)$/u);
    if (command) this.show(this.commandOptions(command[1].toLowerCase()));
    else if (mention) this.show(this.memberOptions(mention[1].toLowerCase()));
    else this.list.hidden = true;
  }

  toggleCommands() {
    if (!this.list.hidden) { this.list.hidden = true; return; }
    this.show(this.commandOptions(""));
    this.input.focus();
  }

  commandOptions(prefix) {
    return this.panel.commands.filter((one) => one.command.startsWith(prefix)).map((one) => el("div", { role: "option", class: "option", dataset: { command: one.command }, onclick: () => { this.fill(""); this.panel.say(`/${one.command}`); } }, el("b", { dir: "ltr" }, `/${one.command}`), el("span", { dir: "auto" }, one.description)));
  }

  memberOptions(prefix) {
    return this.panel.others().filter((user) => user.username?.toLowerCase() !== prefix && `${user.username || ""} ${fullName(user)}`.toLowerCase().includes(prefix)).map((user) => el("div", { role: "option", class: "option", onclick: () => this.mention(user) }, avatar(user.id, fullName(user)), el("b", { dir: "auto" }, fullName(user)), user.username ? el("span", {}, `@${user.username}`) : null));
  }

  show(options) {
    this.list.replaceChildren(...options);
    this.list.hidden = !options.length;
    if (options.length) this.select(options[0]);
  }

  select(option) {
    for (const [index, other] of Array.from(this.list.children).entries()) {
      other.id = `${this.list.id}-${index}`;
      other.setAttribute("aria-selected", String(other === option));
    }
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  mention(user) {
    const name = user.username ? `@${user.username}` : fullName(user);
    if (!user.username) this.mentions.set(name, user.id);
    const at = this.input.selectionStart;
    const before = this.input.value.slice(0, at).replace(/@\S*$/u, `${name} `);
    this.fill(before + this.input.value.slice(at));
  }

  fill(text) {
    this.input.value = text;
    this.changed();
    this.input.focus();
  }

  // Replies, edits and files wait in a strip above the line.

  setContext(context) {
    if (this.context?.kind === "edit" && !context) this.input.value = "";
    this.context = context;
    if (context?.kind === "edit") this.input.value = context.message.text;
    this.drawStrip();
    this.changed();
    if (context) this.input.focus();
  }

  attach(files) {
    for (const file of files) this.files.push({ file, asFile: !/^(image\/(png|jpeg|gif|webp)|video\/|audio\/ogg)/.test(file.type) });
    this.drawStrip();
    this.changed();
    this.input.focus();
  }

  paste(event) {
    const files = Array.from(event.clipboardData?.files || []);
    if (files.length) { event.preventDefault(); this.attach(files); }
  }

  drawStrip() {
    const { words } = this.panel;
    const rows = this.files.map((entry) => this.fileRow(entry));
    if (this.context) {
      const { kind, message } = this.context;
      rows.unshift(el("div", { class: "about" }, icon(kind === "edit" ? "edit" : "reply"), el("div", { class: "quote" }, el("strong", {}, kind === "edit" ? words.edit : fullName(message.from)), el("span", { dir: "auto" }, summary(message, words))), iconButton("close", words.cancel, () => this.setContext(null))));
    }
    this.strip.replaceChildren(...rows);
    this.strip.hidden = !rows.length;
  }

  fileRow(entry) {
    const { words } = this.panel;
    const drop = () => { this.files.splice(this.files.indexOf(entry), 1); this.drawStrip(); this.changed(); };
    const preview = entry.file.type.startsWith("image/") ? el("img", { src: URL.createObjectURL(entry.file), alt: "", onload: (event) => URL.revokeObjectURL(event.target.src) }) : el("span", { class: "glyph" }, icon("file"));
    const choice = /^image\/|^video\//.test(entry.file.type) ? el("label", { class: "tick" }, el("input", { type: "checkbox", checked: entry.asFile, onchange: (event) => { entry.asFile = event.target.checked; } }), words.asFile) : null;
    return el("div", { class: "about" }, preview, el("div", { class: "name" }, el("bdi", {}, entry.file.name), el("small", {}, sizeText(entry.file.size)), choice), iconButton("close", words.cancel, drop));
  }

  async submit() {
    const text = this.input.value.trim();
    const { context, files } = this;
    if (!text && !files.length) return;
    const where = this.panel.where();
    const entities = this.entities(text);
    this.files = [];
    this.context = null;
    this.mentions.clear();
    this.input.value = "";
    this.drawStrip();
    this.changed();
    await this.panel.attempt(async () => {
      if (context?.kind === "edit") return post("edit", { ...where, message_id: context.message.message_id, text });
      const reply_to = context?.message.message_id;
      if (!files.length) return post("text", { ...where, text, reply_to, entities });
      const album = files.length > 1 ? Date.now() : undefined;
      for (const [index, entry] of files.entries()) {
        const words = index ? {} : { caption: text, entities: JSON.stringify(entities) };
        await upload({ ...where, reply_to, kind: kindOf(entry), album, ...words }, entry.file);
      }
    });
    this.panel.toBottom();
  }

  entities(text) {
    return Array.from(this.mentions, ([name, id]) => ({ type: "text_mention", offset: text.indexOf(name), length: name.length, user: { id } })).filter((entity) => entity.offset >= 0);
  }

  voice() {
    const { words } = this.panel;
    form(words.recordVoice, [{ name: "seconds", label: "Seconds", type: "number", value: "10", min: "1", max: "120", required: true, hint: "A recording of this length is made for you: no microphone needed." }], words.send, async (values) => {
      const seconds = Math.max(1, Math.min(120, Number(values.seconds)));
      await upload({ ...this.panel.where(), kind: "voice", duration: seconds }, hum(seconds), "voice.wav");
    });
  }

  setReplyKeyboard(markup) {
    this.replyKeys.hidden = !markup;
    this.replyKeys.replaceChildren(...(markup?.keyboard || []).map((row) => el("div", { class: "row" }, row.map((button) => {
      const text = typeof button === "string" ? button : button.text;
      return el("button", { type: "button", class: "key", dir: "auto", onclick: () => this.panel.say(text) }, text);
    }))));
  }
}

function kindOf(entry) {
  if (entry.asFile) return "document";
  if (entry.file.type.startsWith("video/")) return "video";
  if (entry.file.type === "image/gif") return "animation";
  return entry.file.type.startsWith("audio/") ? "voice" : "photo";
}

