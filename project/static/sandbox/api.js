// The page talks to Django only; Django talks to the sandbox.

const BASE = document.documentElement.dataset.base;

function csrfToken() {
  return document.querySelector("meta[name=csrf-token]").content;
}

async function read(response) {
  if (response.status === 401 || response.status === 403) {
    const body = await response.json().catch(() => ({}));
    throw Object.assign(new Error(body.error || "You are signed out. Reload the page."), { signedOut: true });
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error || `The server answered ${response.status}.`);
  return body;
}

export async function get(action, query = {}, signal = undefined) {
  const search = new URLSearchParams(query).toString();
  return read(await fetch(`${BASE}api/${action}/?${search}`, { headers: { Accept: "application/json" }, signal }));
}

export async function post(action, values = {}) {
  const response = await fetch(`${BASE}api/${action}/`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify(values),
  });
  return (await read(response)).result;
}

export async function upload(fields, file, name) {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) if (value !== undefined && value !== null) form.append(key, value);
  form.append("file", file, name || file.name || "file");
  const response = await fetch(`${BASE}api/file/`, { method: "POST", headers: { "X-CSRFToken": csrfToken() }, body: form });
  return (await read(response)).result;
}

export function fileUrl(fileId) {
  return `${BASE}files/${fileId}/`;
}
