"use strict";

// What pages gain from a script: a draft saves itself while the policy answers, and names are suggested while they are typed.
// Every page works without it; the server decides everything, this only asks sooner.

(() => {
  const pause = (milliseconds, act) => {
    let timer;
    return (...given) => {
      clearTimeout(timer);
      timer = setTimeout(() => act(...given), milliseconds);
    };
  };

  // Names while typing: the field says where to ask, the browser's own datalist shows the answers.
  const suggest = pause(150, async (input) => {
    const list = document.getElementById(input.getAttribute("list"));
    if (!list || input.value.trim().length < 2) return;
    try {
      const answer = await fetch(`${input.dataset.lookup}?q=${encodeURIComponent(input.value)}`, { redirect: "error" });
      if (!answer.ok) return;
      list.replaceChildren(
        ...(await answer.json()).map(({ value, label }) => Object.assign(document.createElement("option"), { value, label })),
      );
    } catch {
      // no suggestions is no harm
    }
  });
  document.addEventListener("input", ({ target }) => {
    if (target.dataset?.lookup) suggest(target);
  });

  document.querySelector(".problem[role=alert]")?.focus();

  // The rooms behind "More" go away as other such lists do: by Escape, or by a touch beside them.
  const rest = document.querySelector(".nav details");
  document.addEventListener("click", ({ target }) => {
    if (rest?.open && !target.closest(".rest")) rest.open = false;
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !rest?.open) return;
    rest.open = false;
    rest.firstElementChild.focus();
  });

  // A second click within a second is the same click; it would only be told that the first has been there already.
  const sent = new WeakMap();
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const now = performance.now();
    if (now - (sent.get(event.target) ?? -1000) < 1000) event.preventDefault();
    else sent.set(event.target, now);
  });

  const form = document.querySelector("form[data-check]");
  if (!form) return;

  for (const button of form.querySelectorAll("[data-plain]")) button.hidden = true; // they do by hand what happens by itself here

  const part = (name) => form.querySelector(`[data-part=${name}]`);
  part("saved").parentElement.hidden = false; // true only here: without a script nothing saves itself
  for (const answers of form.querySelectorAll(".handy")) answers.hidden = false; // one touch instead of a calendar or a name
  form.addEventListener("click", ({ target }) => {
    if (!target.dataset?.put) return;
    const field = target.closest(".field").querySelector("input");
    field.value = target.dataset.put;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const lost = (why) => {
    part("saved").parentElement.classList.toggle("lost", Boolean(why));
    if (why) part("saved").textContent = why;
  };
  let busy = false;
  let again = false;
  let sending = false;
  let waiting = null;
  let unsaved = false;

  const show = (answer) => {
    for (const name of ["panel", "met"]) {
      const place = part(name);
      if (place && place.innerHTML !== answer[name]) place.innerHTML = answer[name];
    }
    // Read aloud is only the answer, and only when it is another one: not the whole card at every key.
    const said = part("panel").querySelector(".answer").textContent.trim();
    if (part("said").textContent !== said) part("said").textContent = said;
    const asked = new Set(answer.asked);
    const unseen = answer.asked.some((name) => !form.querySelector(`[data-ask="${name}"], [name="${name}"]`));
    const way = form.querySelector("input[name=direction]:checked");
    const turned = way && way.value !== form.dataset.way;
    if ((unseen || turned) && !again) {
      location.replace(answer.page); // another day's policy, or the other way round, asks otherwise; the saved draft shows it
      return;
    }
    for (const question of form.querySelectorAll("[data-ask]")) question.hidden = !asked.has(question.dataset.ask);
    for (const select of form.querySelectorAll(".money select:not([data-chosen])")) {
      if (!select.parentElement.querySelector("input").value) select.value = answer.currency;
    }
    if (part("country")) part("country").textContent = answer.country;
    lost("");
    part("saved").textContent = answer.saved;
    part("button").textContent = answer.button;
    if (form.getAttribute("action") !== answer.send) {
      form.action = answer.send;
      form.dataset.check = answer.check;
      history.replaceState(null, "", answer.page);
    }
  };

  const typed = () => {
    const data = new FormData(form);
    data.delete("files");
    return data;
  };

  const check = async () => {
    if (sending) return;
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    unsaved = false;
    try {
      const answer = await fetch(form.dataset.check, { method: "POST", body: typed(), redirect: "error" });
      if (answer.ok) show(await answer.json());
      else {
        unsaved = true;
        const why = { 401: form.dataset.lost, 409: form.dataset.elsewhere };
        lost(why[answer.status] ?? form.dataset.failed);
      }
    } catch {
      unsaved = true;
      lost(form.dataset.failed);
    }
    busy = false;
    if (waiting) {
      form.requestSubmit(waiting);
    } else if (again) {
      again = false;
      check();
    }
  };

  const soon = pause(350, check);
  form.addEventListener("input", ({ target }) => {
    if (target.type === "file") return;
    unsaved = true;
    soon();
  });
  const written = ({ type, value, defaultValue }) => type !== "radio" && defaultValue !== undefined && value !== defaultValue;
  const begun = () => form.dataset.check.includes("/drafts/") || [...form.elements].some(written);
  form.addEventListener("change", ({ target }) => {
    if (target.name === "direction" && !begun()) {
      sending = true; // the other form, and nothing to save yet
      location.replace(`?direction=${target.value}`);
    }
    if (target.matches(".money select")) target.dataset.chosen = "";
    if (target.type !== "file" || !target.files.length) return;
    const large = [...target.files].some((file) => file.size > Number(target.dataset.most));
    part("large").hidden = !large;
    if (large) target.value = "";
    else form.requestSubmit(form.querySelector("button[value=add]"));
  });

  // A save under way is let finish first, so that a new draft is not made twice.
  form.addEventListener("submit", (event) => {
    if (busy) {
      event.preventDefault();
      waiting = event.submitter;
      return;
    }
    sending = true;
  });
  addEventListener("pageshow", () => {
    sending = false;
    waiting = null;
  });
  addEventListener("pagehide", () => {
    if (unsaved && !sending && !busy && form.dataset.check.includes("/drafts/")) navigator.sendBeacon(form.dataset.check, typed());
  });
})();
