// What the page knows of the sandbox, kept up to date by events.

import { get } from "./api.js";

export class Model {
  constructor() {
    this.listeners = new Map();
    this.pending = new Map(); // query id -> key of the pressed button
    this.answeredEarly = new Map();
    this.clear();
  }

  clear() {
    this.users = new Map();
    this.chats = new Map();
    this.messages = new Map();
    this.commands = {};
    this.descriptions = {};
  }

  on(kind, listener) {
    if (!this.listeners.has(kind)) this.listeners.set(kind, []);
    this.listeners.get(kind).push(listener);
  }

  off(kind, listener) {
    this.listeners.set(kind, (this.listeners.get(kind) || []).filter((other) => other !== listener));
  }

  emit(kind, data) {
    for (const listener of this.listeners.get(kind) || []) listener(data);
  }

  async load() {
    const { result } = await get("snapshot");
    this.clear();
    this.pending.clear();
    this.bot = result.bot;
    this.event = result.event;
    this.commands = result.commands;
    this.descriptions = result.descriptions;
    for (const user of result.users) this.users.set(user.id, user);
    for (const chat of result.chats) {
      this.chats.set(chat.id, chat);
      this.messages.set(chat.id, new Map());
    }
    for (const message of result.messages) this.messages.get(message.chat.id).set(message.message_id, message);
    this.emit("loaded");
  }

  async follow() {
    for (let failures = 0; ; ) {
      try {
        const news = await get("events", { since: this.event, timeout: 20 });
        if (failures) this.emit("online");
        failures = 0;
        if (news.stale) await this.load();
        else {
          this.event = news.event;
          for (const event of news.events) await this.apply(event);
        }
      } catch (error) {
        failures += 1;
        this.emit("offline", error);
        if (error.signedOut) return;
        await new Promise((resolve) => setTimeout(resolve, Math.min(500 * 2 ** failures, 8000)));
      }
    }
  }

  async apply(event) {
    if (event.kind === "message") {
      const list = this.messages.get(event.message.chat.id);
      if (!list) return;
      const old = list.get(event.message.message_id);
      list.set(event.message.message_id, event.message);
      this.emit("message", { message: event.message, old });
    } else if (event.kind === "deleted") {
      this.messages.get(event.chat_id)?.delete(event.message_id);
      this.emit("deleted", event);
    } else if (event.kind === "chat" || event.kind === "user") {
      if (event.user) this.users.set(event.user.id, event.user);
      this.chats.set(event.chat.id, event.chat);
      if (!this.messages.has(event.chat.id)) this.messages.set(event.chat.id, new Map());
      this.emit("chat", event.chat);
      if (event.kind === "user") await this.refreshCommands();
    } else if (event.kind === "commands") {
      await this.refreshCommands();
    } else if (event.kind === "reset") {
      await this.load();
    } else if (event.kind === "answer") {
      if (!this.settle(event.query_id)) this.answeredEarly.set(event.query_id, true);
      this.emit("answer", event);
    } else this.emit(event.kind, event);
  }

  async refreshCommands() {
    this.commands = (await get("commands")).result;
    this.emit("commands");
  }

  // Buttons that were pressed and wait for the bot's answer.

  isPending(key) {
    return Array.from(this.pending.values()).includes(key);
  }

  wait(queryId, key) {
    if (this.answeredEarly.delete(queryId)) return;
    this.pending.set(queryId, key);
    setTimeout(() => this.settle(queryId), 20000);
  }

  settle(queryId) {
    const key = this.pending.get(queryId);
    if (key === undefined) return false;
    this.pending.delete(queryId);
    this.emit("settled", key);
    return true;
  }

  commandsFor(chatId, userId) {
    return this.commands[`${chatId}:${userId}`] || [];
  }
}
