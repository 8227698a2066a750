// "Test the connection" on the page of a provider: what is found appears beside the form.
(() => {
  const panel = document.querySelector(".th-trial");
  const button = panel.querySelector("button");
  const found = panel.querySelector(".th-trial-found");

  const say = (words) => {
    const line = document.createElement("p");
    line.className = "th-problem";
    line.textContent = words;
    found.replaceChildren(line);
  };

  button.addEventListener("click", async () => {
    button.disabled = true;
    found.textContent = "Asking… it takes ten seconds at the most.";
    try {
      const answer = await fetch(panel.dataset.trialUrl, { method: "POST", body: new FormData(panel.closest("form")) });
      if (!answer.ok || answer.redirected) throw new Error();
      found.innerHTML = await answer.text();
    } catch {
      say("The dashboard did not answer. Reload the page and try again.");
    } finally {
      button.disabled = false;
    }
  });
})();
