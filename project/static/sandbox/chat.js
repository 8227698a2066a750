// The page: tabs of members, their panels side by side, and the controls above them.

import { post } from "./api.js";
import { confirm, form, toast } from "./dialogs.js";
import { avatar, el, icon } from "./dom.js";
import { Model } from "./model.js";
import { Panel } from "./panel.js";
import { profileFields } from "./profile.js";
import { SmsDrawer } from "./sms.js";

const PANEL_PX = 330;
const narrow = matchMedia("(max-width: 720px)");

class Page {
  constructor() {
    this.model = new Model();
    this.panels = new Map();
    this.columns = document.getElementById("columns");
    this.tabs = document.getElementById("tabs");
    this.notice = document.getElementById("notice");
    this.hidden = new Set(JSON.parse(localStorage.getItem("sandbox.hidden") || "null") || []);
    this.firstTime = localStorage.getItem("sandbox.hidden") === null;
    this.current = Number(localStorage.getItem("sandbox.current")) || 0;
    this.sms = new SmsDrawer();
    this.watch = new IntersectionObserver((entries) => {
      for (const entry of entries) this.panels.get(Number(entry.target.id.slice(4)))?.setVisible(entry.isIntersecting);
    }, { threshold: 0.5 });
    this.wireModel();
    this.wireControls();
  }

  async run() {
    try {
      await this.model.load();
    } catch (error) {
      this.say(error.message);
      setTimeout(() => this.run(), 2000);
      return;
    }
    this.say("");
    this.model.follow();
  }

  wireModel() {
    const { model } = this;
    const at = (chatId, action) => { const panel = this.panels.get(chatId); if (panel) action(panel); };
    model.on("loaded", () => this.build());
    model.on("message", (event) => at(event.message.chat.id, (panel) => panel.upsert(event)));
    model.on("deleted", (event) => at(event.chat_id, (panel) => panel.remove(event.message_id)));
    model.on("action", (event) => at(event.chat_id, (panel) => panel.showTyping()));
    model.on("answer", (event) => at(event.chat_id, (panel) => { if (panel.viewerId === event.user_id) panel.answer(event); }));
    model.on("settled", (key) => { for (const panel of this.panels.values()) panel.settled(key); });
    model.on("commands", () => { for (const panel of this.panels.values()) panel.composer.changed(); });
    model.on("chat", (chat) => this.chatChanged(chat));
    model.on("offline", (error) => this.say(error instanceof TypeError ? "The connection is lost. Trying again…" : error.message));
    model.on("online", () => this.say(""));
  }

  wireControls() {
    const on = (id, action) => document.getElementById(id).addEventListener("click", action);
    on("sms", () => this.sms.open());
    on("add", () => form("New member", profileFields({ language_code: "en" }), "Add", async (profile) => {
      const user = await post("add_member", { profile });
      setTimeout(() => { const panel = this.panels.get(user.id); if (panel) this.focusPanel(panel); }, 300);
    }));
    on("reset", async () => {
      if (await confirm("Reset the sandbox?", "All chats, files and members you added go away. What the bot keeps in its database stays.", "Reset")) {
        try { await post("reset"); } catch (error) { toast(document.body, error.message, "error"); }
      }
    });
    on("theme", () => {
      const root = document.documentElement;
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      localStorage.setItem("sandbox.theme", root.dataset.theme);
    });
    narrow.addEventListener("change", () => this.arrange());
    document.addEventListener("visibilitychange", () => { for (const panel of this.panels.values()) if (panel.visible && panel.pinned) panel.clearUnread(); });
  }

  get isNarrow() { return narrow.matches; }

  say(text) {
    this.notice.textContent = text;
    this.notice.hidden = !text;
  }

  // Panels: each member's own chat, with the group as the third so that it is seen at once.

  order() {
    const chats = Array.from(this.model.chats.values());
    const members = chats.filter((chat) => chat.type === "private").map((chat) => chat.id);
    const groups = chats.filter((chat) => chat.type !== "private").map((chat) => chat.id);
    return [...members.slice(0, 2), ...groups, ...members.slice(2)];
  }

  build() {
    this.watch.disconnect();
    this.panels.clear();
    const order = this.order();
    if (this.firstTime) this.hidden = new Set(order.slice(Math.max(1, Math.floor(innerWidth / PANEL_PX))));
    if (!order.includes(this.current)) [this.current] = order;
    for (const chatId of order) this.panels.set(chatId, new Panel(this.model, chatId, this));
    this.arrange();
    for (const panel of this.panels.values()) this.watch.observe(panel.node);
  }

  arrange() {
    const panels = Array.from(this.panels.values());
    this.columns.replaceChildren(...panels.map((panel) => panel.node));
    this.tabs.replaceChildren(...panels.map((panel) => this.tab(panel)));
    for (const panel of panels) {
      panel.node.hidden = narrow.matches ? panel.chatId !== this.current : this.hidden.has(panel.chatId);
      this.drawTab(panel);
      if (panel.pinned) panel.toBottom();
    }
  }

  tab(panel) {
    const face = panel.isPrivate ? avatar(panel.chatId, panel.title) : el("span", { class: "avatar group", "aria-hidden": "true" }, icon("group"));
    return el("button", { type: "button", class: "tab", id: `tab${panel.chatId}`, title: panel.title, onclick: () => this.togglePanel(panel) }, face, el("bdi", {}, panel.isPrivate ? panel.viewer.first_name : panel.title), el("b", { class: "dot", hidden: true }));
  }

  drawTab(panel) {
    const tab = document.getElementById(`tab${panel.chatId}`);
    if (!tab) return;
    tab.setAttribute("aria-pressed", String(!panel.node.hidden));
    const dot = tab.querySelector(".dot");
    dot.textContent = panel.unread > 99 ? "99+" : panel.unread;
    dot.hidden = !panel.unread;
    dot.setAttribute("aria-label", `${panel.unread} unread`);
  }

  togglePanel(panel) {
    if (narrow.matches) this.current = panel.chatId;
    else if (!this.hidden.delete(panel.chatId)) this.hidden.add(panel.chatId);
    this.remember();
    for (const other of this.panels.values()) {
      const was = other.node.hidden;
      other.node.hidden = narrow.matches ? other.chatId !== this.current : this.hidden.has(other.chatId);
      if (was && !other.node.hidden && other.pinned) other.toBottom();
      this.drawTab(other);
    }
    if (!panel.node.hidden) panel.node.scrollIntoView({ inline: "nearest", block: "nearest", behavior: "smooth" });
  }

  remember() {
    this.firstTime = false;
    localStorage.setItem("sandbox.hidden", JSON.stringify(Array.from(this.hidden)));
    localStorage.setItem("sandbox.current", String(this.current));
  }

  panelOf(userId) {
    return this.panels.get(userId);
  }

  focusPanel(panel) {
    if (panel.node.hidden) this.togglePanel(panel);
    panel.node.scrollIntoView({ inline: "nearest", block: "nearest", behavior: "smooth" });
  }

  chatChanged(chat) {
    let panel = this.panels.get(chat.id);
    if (!panel) {
      panel = new Panel(this.model, chat.id, this);
      this.panels.set(chat.id, panel);
      this.arrange();
      this.watch.observe(panel.node);
      return;
    }
    for (const one of this.panels.values()) {
      if (one !== panel && one.viewerId !== chat.id) continue;
      const focused = one.node.contains(document.activeElement);
      if (one.node.lang !== (one.language || "en")) one.build();
      one.drawHead();
      one.drawFoot();
      if (focused && one.foot.contains(one.composer.input)) one.composer.input.focus({ preventScroll: true });
    }
    const tab = document.getElementById(`tab${chat.id}`);
    tab?.replaceWith(this.tab(panel));
    this.drawTab(panel);
  }
}

new Page().run();
