// One chat as one member sees it: a phone of its own.

import { readAd, showAd } from "./ads.js";
import { post } from "./api.js";
import { Composer } from "./composer.js";
import { alertIn, confirm, form, lightbox, menu, toast } from "./dialogs.js";
import { avatar, el, fullName, icon, iconButton } from "./dom.js";
import { renderMessage } from "./message.js";
import { profileFields } from "./profile.js";
import { dayText, directionOf, wordsOf } from "./words.js";

const REACTIONS = ["👍", "❤", "🔥", "🎉", "😁", "😢"];
const TYPING_MS = 5000;
const BOTTOM_PX = 90;

export class Panel {
  constructor(model, chatId, page) {
    this.model = model;
    this.page = page;
    this.chatId = chatId;
    this.isPrivate = model.chats.get(chatId).type === "private";
    this.viewerId = this.isPrivate ? chatId : model.chats.get(chatId).members[0];
    this.unread = 0;
    this.visible = false;
    this.pinned = true;
    this.node = el("section", { class: "panel", id: `chat${chatId}`, tabindex: "-1" });
    const panel = this;
    this.actions = {
      get words() { return panel.words; },
      say: (text) => this.say(text),
      copy: (text) => this.copy(text),
      open: (url) => this.open(url),
    };
    this.node.addEventListener("dragover", (event) => { event.preventDefault(); this.node.classList.add("dropping"); });
    this.node.addEventListener("dragleave", (event) => { if (!this.node.contains(event.relatedTarget)) this.node.classList.remove("dropping"); });
    this.node.addEventListener("drop", (event) => { event.preventDefault(); this.node.classList.remove("dropping"); if (event.dataTransfer.files.length) this.composer.attach(event.dataTransfer.files); });
    this.build();
  }

  get chat() { return this.model.chats.get(this.chatId); }
  get viewer() { return this.model.users.get(this.viewerId); }
  get language() { return this.viewer.language_code; }
  get words() { return wordsOf(this.language); }
  get title() { return this.isPrivate ? fullName(this.viewer) : this.chat.title; }
  get commands() { return this.model.commandsFor(this.chatId, this.viewerId); }

  where() { return { chat_id: this.chatId, user_id: this.viewerId }; }

  others() { return this.chat.members.filter((id) => id !== this.viewerId).map((id) => this.model.users.get(id)); }

  build() {
    const draft = this.composer?.input.value;
    this.node.dir = directionOf(this.language);
    this.node.lang = this.language || "en";
    this.node.setAttribute("aria-label", this.title);
    this.list = el("ol", { class: "messages", role: "log", "aria-live": this.isPrivate ? "polite" : "off", "aria-label": this.title });
    this.scroller = el("div", { class: "scroller", tabindex: "0", onscroll: () => this.scrolled() }, this.list);
    this.downButton = el("button", { type: "button", class: "down", hidden: true, "aria-label": this.words.newMessages, onclick: () => this.toBottom(true) }, icon("down"), el("b", { hidden: true }));
    this.composer = new Composer(this);
    if (draft) this.composer.input.value = draft;
    this.foot = el("div", { class: "foot" });
    this.head = el("header");
    this.node.replaceChildren(this.head, el("div", { class: "stage" }, this.scroller, this.downButton), this.foot);
    this.drawHead();
    this.drawMessages();
    this.drawFoot();
    this.watch?.disconnect();
    this.watch = new ResizeObserver(() => { if (this.pinned) this.stick(); });
    this.watch.observe(this.list);
    this.watch.observe(this.scroller);
  }

  drawHead() {
    const face = this.isPrivate ? avatar(this.viewerId, this.title) : el("span", { class: "avatar group", "aria-hidden": "true" }, icon("group"));
    const detail = this.isPrivate
      ? [this.viewer.username ? `@${this.viewer.username}` : `id ${this.viewerId}`, (this.viewer.language_code || "").toUpperCase()].filter(Boolean)
      : [`${this.chat.members.length} members`];
    this.typing = el("span", { class: "typing", hidden: true }, `${this.words.typing}`, el("i"), el("i"), el("i"));
    const blocked = this.isPrivate && this.chat.bot_status === "kicked" ? el("span", { class: "tag warn" }, "blocked") : null;
    this.head.replaceChildren(face, el("div", { class: "who" },
      el("h2", {}, el("bdi", {}, this.title), this.viewer.is_premium && this.isPrivate ? el("span", { class: "star", title: "Telegram Premium" }, "★") : null),
      el("p", {}, el("span", { class: "detail", dir: "ltr" }, detail.join(" · ")), blocked, this.typing)),
    iconButton("more", "Menu", (event) => this.openPanelMenu(event), { "aria-haspopup": "menu" }));
  }

  drawFoot() {
    const status = this.chat.bot_status;
    const bar = (text, label, action) => el("div", { class: "bar" }, text ? el("p", {}, text) : null, el("button", { type: "button", class: "primary wide", onclick: () => this.attempt(action) }, label));
    const { words } = this;
    if (this.viewer.deactivated && this.isPrivate) this.foot.replaceChildren(bar(words.deleted, words.restore, () => post("deactivate", { user_id: this.viewerId, deactivated: false })));
    else if (this.isPrivate && status === "kicked") this.foot.replaceChildren(bar(words.blocked, words.unblock, () => post("block", { user_id: this.viewerId, blocked: false })));
    else if (this.isPrivate && status === "left") this.foot.replaceChildren(this.startBar());
    else if (!this.isPrivate && status !== "administrator" && status !== "member") this.foot.replaceChildren(bar(words.botRemoved, words.addBot, () => post("bot_in_group", { ...this.where(), present: true })), this.composer.node);
    else this.foot.replaceChildren(this.composer.node);
    this.composer.setReplyKeyboard(this.chat.reply_keyboard);
    this.drawWelcome();
  }

  startBar() {
    const payload = el("input", { type: "text", dir: "ltr", maxlength: "64", placeholder: this.words.payload, "aria-label": this.words.payload, onkeydown: (event) => { if (event.key === "Enter") this.start(payload.value); } });
    return el("div", { class: "bar" }, el("button", { type: "button", class: "primary wide", onclick: () => this.start(payload.value) }, this.words.start), payload);
  }

  start(payload = "") {
    return this.say(payload.trim() ? `/start ${payload.trim()}` : "/start");
  }

  drawWelcome() {
    this.node.querySelector(".welcome")?.remove();
    if (this.model.messages.get(this.chatId).size) return;
    const about = this.model.descriptions[this.viewerId];
    this.scroller.before(el("div", { class: "welcome" }, el("span", { class: "avatar bot", "aria-hidden": "true" }, icon(this.isPrivate ? "bot" : "group")), el("h3", {}, this.isPrivate ? this.model.bot.first_name : this.title),
      this.isPrivate && about ? [el("strong", {}, this.words.about), el("p", { dir: "auto" }, about)] : null));
  }

  // Messages

  drawMessages() {
    this.list.replaceChildren();
    for (const message of this.model.messages.get(this.chatId).values()) this.place(renderMessage(message, this));
    this.toBottom();
  }

  place(node) {
    let after = this.list.lastElementChild;
    while (after && Number(after.dataset.id) > Number(node.dataset.id)) after = after.previousElementSibling;
    if (after) after.after(node);
    else this.list.prepend(node);
    this.join(node);
    if (node.nextElementSibling) this.join(node.nextElementSibling);
  }

  // Messages of one sender stand together; the first of a day says which day it is.
  join(node) {
    const before = node.previousElementSibling;
    const day = dayText(Number(node.dataset.date), this.language);
    const sameDay = before && dayText(Number(before.dataset.date), this.language) === day;
    if (sameDay) delete node.dataset.day;
    else node.dataset.day = day;
    const joined = sameDay && before.dataset.from === node.dataset.from && node.dataset.date - before.dataset.date < 600;
    node.classList.toggle("joined", Boolean(joined));
  }

  upsert({ message, old }) {
    const existing = this.find(message.message_id);
    const node = renderMessage(message, this);
    if (existing) {
      const focused = existing.contains(document.activeElement) ? Array.from(existing.querySelectorAll("button, a")).indexOf(document.activeElement) : -1;
      existing.replaceWith(node);
      this.join(node);
      if (focused >= 0) Array.from(node.querySelectorAll("button, a"))[focused]?.focus({ preventScroll: true });
      return;
    }
    this.node.querySelector(".welcome")?.remove();
    node.classList.add("fresh");
    this.place(node);
    if (message.from.is_bot) this.stopTyping();
    const own = message.from.id === this.viewerId;
    if (own) this.toBottom();
    if (!own && !old && (!this.visible || !this.pinned || document.hidden)) this.countUnread();
  }

  find(messageId) { return this.list.querySelector(`[data-id="${messageId}"]`); }

  remove(messageId) {
    const node = this.find(messageId);
    if (!node) return;
    const next = node.nextElementSibling;
    node.remove();
    if (next) this.join(next);
    this.drawWelcome();
  }

  lastOwnText() {
    return Array.from(this.model.messages.get(this.chatId).values()).reverse().find((message) => message.from.id === this.viewerId && message.text);
  }

  // Scrolling and unread

  stick() {
    this.height = this.scroller.scrollHeight;
    this.scroller.scrollTop = this.height;
  }

  scrolled() {
    // What came in between is no scrolling up.
    if (this.pinned && this.scroller.scrollHeight !== this.height) this.stick();
    this.pinned = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < BOTTOM_PX;
    this.downButton.hidden = this.pinned;
    if (this.pinned && this.visible && !document.hidden) this.clearUnread();
  }

  toBottom(smooth = false) {
    if (smooth) this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: "smooth" });
    else {
      this.pinned = true;
      this.stick();
    }
    if (this.visible && !document.hidden) this.clearUnread();
  }

  scrollTo(messageId) {
    const node = this.find(messageId);
    node?.scrollIntoView({ block: "center", behavior: "smooth" });
    node?.classList.add("found");
    setTimeout(() => node?.classList.remove("found"), 1400);
  }

  setVisible(visible) {
    this.visible = visible;
    if (visible && this.pinned) this.clearUnread();
  }

  countUnread() {
    this.unread += 1;
    this.drawUnread();
  }

  clearUnread() {
    this.unread = 0;
    this.drawUnread();
  }

  drawUnread() {
    const badge = this.downButton.querySelector("b");
    badge.textContent = this.unread;
    badge.hidden = !this.unread;
    this.page.drawTab(this);
  }

  // What the bot shows besides messages

  showTyping() {
    this.typing.hidden = false;
    this.head.classList.add("is-typing");
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => this.stopTyping(), TYPING_MS);
  }

  stopTyping() {
    this.typing.hidden = true;
    this.head.classList.remove("is-typing");
  }

  answer(event) {
    if (event.url && this.open(event.url)) return;
    if (event.url) window.open(event.url, "_blank", "noopener");
    if (!event.text) return;
    if (event.alert) alertIn(this.node, this.model.bot.first_name, event.text);
    else toast(this.node, event.text);
  }

  settled(key) {
    for (const node of this.list.querySelectorAll(".key.busy")) {
      if (node.dataset.key === key) { node.classList.remove("busy"); node.removeAttribute("aria-busy"); }
    }
  }

  // What the member does

  async attempt(action) {
    try {
      return await action();
    } catch (error) {
      toast(this.node, error.message, "error");
      return null;
    }
  }

  say(text) {
    this.toBottom();
    return this.attempt(() => post("text", { ...this.where(), text }));
  }

  keyOf(message, data) { return `${this.chatId}:${message.message_id}:${this.viewerId}:${data}`; }

  async press(message, data) {
    const key = this.keyOf(message, data);
    if (this.model.isPending(key)) return;
    const pressed = Array.from(this.find(message.message_id).querySelectorAll(".key")).find((node) => node.dataset.key === key);
    pressed?.classList.add("busy");
    pressed?.setAttribute("aria-busy", "true");
    const result = await this.attempt(() => post("press", { ...this.where(), message_id: message.message_id, data }));
    if (result) this.model.wait(result.query_id, key);
    if (!this.model.isPending(key)) this.settled(key);
  }

  react(message, emoji) {
    return this.attempt(() => post("react", { ...this.where(), message_id: message.message_id, emoji }));
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without the clipboard's permission the old way still works.
      const area = el("textarea", { value: text, class: "off-screen", "aria-hidden": "true" });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    toast(this.node, this.words.copied, "done");
  }

  // A link to the bot itself starts it in this member's own chat. True: handled here.
  open(url) {
    const ad = readAd(url);
    if (ad) {
      showAd(this.node, ad, (target) => this.open(target));
      return true;
    }
    const bot = this.model.bot.username.toLowerCase();
    const found = url.match(/^(?:https?:\/\/)?(?:t|telegram)\.me\/([A-Za-z0-9_]+)\/?(?:\?(.*))?$/i) || url.match(/^tg:\/\/resolve\?domain=([A-Za-z0-9_]+)(?:&(.*))?$/i);
    if (!found || found[1].toLowerCase() !== bot) return false;
    const payload = new URLSearchParams(found[2] || "").get("start") || "";
    const own = this.page.panelOf(this.viewerId);
    this.page.focusPanel(own);
    own.start(payload);
    return true;
  }

  showPicture(source, caption) { lightbox(source, caption); }

  // Menus

  openMessageMenu(message, event) {
    const { words } = this;
    const text = message.text || message.caption;
    const mine = (message.reactions || {})[this.viewerId] || [];
    const row = el("div", { class: "react-row" }, REACTIONS.map((emoji) => el("button", { type: "button", "aria-label": emoji, "aria-pressed": String(mine.includes(emoji)), onclick: () => this.react(message, mine.includes(emoji) ? [] : [emoji]) }, emoji)));
    menu([
      { label: words.reply, icon: "reply", action: () => this.composer.setContext({ kind: "reply", message }) },
      text && { label: words.copy, icon: "copy", action: () => this.copy(text) },
      message.from.id === this.viewerId && message.text && { label: words.edit, icon: "edit", action: () => this.composer.setContext({ kind: "edit", message }) },
    ], event, { direction: this.node.dir, top: row });
  }

  openSpeakerMenu(event) {
    menu(this.chat.members.map((id) => this.model.users.get(id)).map((user) => ({ label: fullName(user), face: avatar(user.id, fullName(user)), checked: user.id === this.viewerId, action: () => { this.viewerId = user.id; this.build(); this.composer.input.focus(); } })), event);
  }

  openPanelMenu(event) {
    const blocked = this.chat.bot_status === "kicked";
    const present = ["administrator", "member"].includes(this.chat.bot_status);
    const items = this.isPrivate
      ? [
        { label: "Edit profile", icon: "edit", action: () => this.editProfile() },
        { label: "Start with a parameter", icon: "link", action: () => form("Start the bot", [{ name: "payload", label: "Start parameter", hint: `As in t.me/${this.model.bot.username}?start=…` }], "Start", (values) => this.start(values.payload)) },
        blocked
          ? { label: "Unblock the bot", icon: "check", action: () => this.attempt(() => post("block", { user_id: this.viewerId, blocked: false })) }
          : { label: "Block the bot", icon: "block", danger: true, action: () => this.attempt(() => post("block", { user_id: this.viewerId, blocked: true })) },
        !this.viewer.deactivated && { label: "Delete the account", icon: "close", danger: true, action: () => this.deleteAccount() },
      ]
      : [
        { label: "See the group as…", icon: "eye", action: () => this.openSpeakerMenu({ currentTarget: this.composer.speaker, type: "click" }) },
        present
          ? { label: "Remove the bot", icon: "block", danger: true, action: () => this.attempt(() => post("bot_in_group", { ...this.where(), present: false })) }
          : { label: "Add the bot", icon: "bot", action: () => this.attempt(() => post("bot_in_group", { ...this.where(), present: true })) },
      ];
    menu([...items, !this.page.isNarrow && { label: "Hide this chat", icon: "close", action: () => this.page.togglePanel(this) }], event);
  }

  editProfile() {
    form("Edit profile", profileFields(this.viewer), "Save", (profile) => post("edit_member", { user_id: this.viewerId, profile }));
  }

  async deleteAccount() {
    if (await confirm("Delete this account?", "Telegram will tell the bot that the user is deactivated. You can restore the account.", "Delete")) {
      await this.attempt(() => post("deactivate", { user_id: this.viewerId, deactivated: true }));
    }
  }
}
