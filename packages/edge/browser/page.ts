// What a script adds to pages that work without one: answers in place, short URLs, copying.

// A form's fields shadow its properties (there is a field "dataset"): attributes are read by name.

/** Fields that were left empty stay out of the URL: it is the API's. */
function urlOf(form: HTMLFormElement): string {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value !== "") query.append(name, value);
  }
  return new URL(`${form.getAttribute("action")}?${query}`, location.href).href;
}

let latest = 0;

/** Puts the answer of `url` in the place of the one that stands there; a slower, older answer is dropped. */
async function show(url: string, push: boolean): Promise<void> {
  const result = document.getElementById("result");
  if (!result) {
    location.assign(url);
    return;
  }
  latest += 1;
  const turn = latest;
  result.classList.add("waiting");
  try {
    const response = await fetch(url, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const next = page.getElementById("result");
    if (turn !== latest) return;
    if (!next) {
      location.assign(url);
      return;
    }
    result.replaceWith(next);
    document.title = page.title;
    markWrong(page);
    if (push && url !== location.href) history.pushState(null, "", url);
    addCopyButtons();
  } catch {
    // Without a connection the browser's own page says it best.
    location.assign(url);
  }
}

/** Fields that the answer refused. */
function markWrong(page: Document): void {
  for (const field of document.querySelectorAll("form.question [name]")) {
    const name = field.getAttribute("name") ?? "";
    const wrong = page.querySelector(`form.question [name="${CSS.escape(name)}"]`)?.getAttribute("aria-invalid");
    if (wrong) field.setAttribute("aria-invalid", wrong);
    else field.removeAttribute("aria-invalid");
  }
}

function addCopyButtons(): void {
  for (const block of document.querySelectorAll("pre")) {
    if (block.querySelector(".copy")) continue;
    const text = block.textContent ?? "";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    });
    block.prepend(button);
  }
}

for (const form of document.querySelectorAll<HTMLFormElement>("form.question, form.search")) {
  const instant = form.hasAttribute("data-enhance") && document.getElementById("result") !== null;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (instant) show(urlOf(form), true);
    else location.assign(urlOf(form));
  });
  if (instant) {
    form.addEventListener("change", () => {
      if (form.checkValidity()) show(urlOf(form), true);
    });
  }
}
addEventListener("popstate", () => location.reload());
addCopyButtons();
