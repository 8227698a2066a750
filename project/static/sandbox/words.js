// The few words of a chat panel itself, in its member's language.

const WORDS = {
  en: {
    message: "Message", start: "Start", edited: "edited", typing: "typing", reply: "Reply", edit: "Edit", copy: "Copy text",
    copied: "Copied", unblock: "Unblock the bot", today: "Today", yesterday: "Yesterday", joined: "joined the group",
    about: "What can this bot do?", noCommands: "No such command", asFile: "Send as a file", newMessages: "New messages",
    photo: "Photo", file: "File", voice: "Voice message", video: "Video", deleted: "Account deleted", commands: "Commands",
    attach: "Attach a file", send: "Send", cancel: "Cancel", actions: "Message actions", spoiler: "Hidden text, show it",
    payload: "start parameter (optional)", blocked: "You have blocked the bot.", restore: "Restore the account", sendingAs: "Write as",
    botRemoved: "The bot is not in this group.", addBot: "Add the bot", recordVoice: "Send a voice message",
    pay: "Pay", close: "Close", stars: "Your balance:", waiting: "Waiting for the bot…", noAnswer: "The bot did not answer within 10 seconds. Nothing was paid.", paid: "You paid",
    refunded: "came back to you", again: "Deliver again", refund: "Refund by Telegram", delivered: "Delivered once more", invoice: "Invoice", confirmPayment: "Confirm payment",
  },
  fr: {
    message: "Message", start: "Démarrer", edited: "modifié", typing: "écrit", reply: "Répondre", edit: "Modifier", copy: "Copier le texte",
    copied: "Copié", unblock: "Débloquer le bot", today: "Aujourd’hui", yesterday: "Hier", joined: "a rejoint le groupe",
    about: "Que fait ce bot ?", noCommands: "Commande inconnue", asFile: "Envoyer comme fichier", newMessages: "Nouveaux messages",
    photo: "Photo", file: "Fichier", voice: "Message vocal", video: "Vidéo", deleted: "Compte supprimé", commands: "Commandes",
    attach: "Joindre un fichier", send: "Envoyer", cancel: "Annuler", actions: "Actions du message", spoiler: "Texte masqué, l’afficher",
    payload: "paramètre start (facultatif)", blocked: "Vous avez bloqué le bot.", restore: "Restaurer le compte", sendingAs: "Écrire en tant que",
    botRemoved: "Le bot n’est pas dans ce groupe.", addBot: "Ajouter le bot", recordVoice: "Envoyer un message vocal",
    pay: "Payer", close: "Fermer", stars: "Ton solde :", waiting: "En attente du bot…", noAnswer: "Le bot n’a pas répondu en 10 secondes. Rien n’a été payé.", paid: "Tu as payé",
    refunded: "te sont revenues", again: "Livrer encore", refund: "Remboursement par Telegram", delivered: "Livré une fois de plus", invoice: "Facture", confirmPayment: "Confirmer le paiement",
  },
  ru: {
    message: "Сообщение", start: "Начать", edited: "изменено", typing: "печатает", reply: "Ответить", edit: "Изменить", copy: "Скопировать текст",
    copied: "Скопировано", unblock: "Разблокировать бота", today: "Сегодня", yesterday: "Вчера", joined: "теперь в группе",
    about: "Что умеет этот бот?", noCommands: "Нет такой команды", asFile: "Отправить файлом", newMessages: "Новые сообщения",
    photo: "Фото", file: "Файл", voice: "Голосовое сообщение", video: "Видео", deleted: "Аккаунт удалён", commands: "Команды",
    attach: "Прикрепить файл", send: "Отправить", cancel: "Отмена", actions: "Действия с сообщением", spoiler: "Скрытый текст, показать",
    payload: "параметр start (необязательно)", blocked: "Вы заблокировали бота.", restore: "Восстановить аккаунт", sendingAs: "Писать от имени",
    botRemoved: "Бота нет в этой группе.", addBot: "Добавить бота", recordVoice: "Отправить голосовое",
    pay: "Оплатить", close: "Закрыть", stars: "Баланс:", waiting: "Ждём бота…", noAnswer: "Бот не ответил за 10 секунд. Оплаты не было.", paid: "Оплачено",
    refunded: "вернулись к вам", again: "Доставить ещё раз", refund: "Возврат от Telegram", delivered: "Доставлено ещё раз", invoice: "Счёт", confirmPayment: "Подтвердить оплату",
  },
  ar: {
    message: "رسالة", start: "ابدأ", edited: "معدّلة", typing: "يكتب", reply: "رد", edit: "تعديل", copy: "نسخ النص",
    copied: "تم النسخ", unblock: "إلغاء حظر البوت", today: "اليوم", yesterday: "أمس", joined: "انضم إلى المجموعة",
    about: "ماذا يفعل هذا البوت؟", noCommands: "لا يوجد أمر كهذا", asFile: "إرسال كملف", newMessages: "رسائل جديدة",
    photo: "صورة", file: "ملف", voice: "رسالة صوتية", video: "فيديو", deleted: "الحساب محذوف", commands: "الأوامر",
    attach: "إرفاق ملف", send: "إرسال", cancel: "إلغاء", actions: "إجراءات الرسالة", spoiler: "نص مخفي، إظهاره",
    payload: "معامل start (اختياري)", blocked: "لقد حظرت البوت.", restore: "استعادة الحساب", sendingAs: "الكتابة باسم",
    botRemoved: "البوت ليس في هذه المجموعة.", addBot: "إضافة البوت", recordVoice: "إرسال رسالة صوتية",
    pay: "ادفع", close: "إغلاق", stars: "الرصيد:", waiting: "في انتظار البوت…", noAnswer: "لم يجب البوت خلال 10 ثوانٍ. لم يُدفع شيء.", paid: "تم دفع",
    refunded: "عادت إلى الرصيد", again: "إعادة التسليم", refund: "رد المبلغ من تيليجرام", delivered: "تم التسليم مرة أخرى", invoice: "فاتورة", confirmPayment: "تأكيد الدفع",
  },
};
const RTL = new Set(["ar", "he", "fa", "ur"]);

function short(language) {
  return (language || "en").split("-")[0].toLowerCase();
}

export function wordsOf(language) {
  return WORDS[short(language)] || WORDS.en;
}

export function directionOf(language) {
  return RTL.has(short(language)) ? "rtl" : "ltr";
}

export function timeText(seconds, language) {
  return new Date(seconds * 1000).toLocaleTimeString(localeOf(language), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

export function dayText(seconds, language) {
  const day = new Date(seconds * 1000);
  const words = wordsOf(language);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(day).setHours(0, 0, 0, 0)) / 86400000);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  return day.toLocaleDateString(localeOf(language), { day: "numeric", month: "long" });
}

export function localeOf(language) {
  try {
    return Intl.getCanonicalLocales(language || "en")[0];
  } catch {
    return "en";
  }
}
