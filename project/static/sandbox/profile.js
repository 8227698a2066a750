// What can be said of a member, for the forms that make and change one.

const LANGUAGES = [["en", "English"], ["fr", "Français"], ["ru", "Русский"], ["ar", "العربية"], ["de", "Deutsch"], ["es", "Español"], ["pt-br", "Português (Brasil)"], ["", "None sent"]];

export function profileFields(user = {}) {
  return [
    { name: "first_name", label: "First name", value: user.first_name, required: true },
    { name: "last_name", label: "Last name", value: user.last_name },
    { name: "username", label: "Username", value: user.username, hint: "Optional, without @." },
    { name: "language_code", label: "Language of the app", value: user.language_code ?? "en", options: LANGUAGES },
    { name: "is_premium", label: "Telegram Premium", value: user.is_premium, type: "checkbox" },
  ];
}
