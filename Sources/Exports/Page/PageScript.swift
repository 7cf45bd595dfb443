/// What makes a document a lesson: one step at a time, by key and by button, with questions that answer.
enum PageScript {
  static let text = #"""
    "use strict";
    (() => {
      const data = JSON.parse(document.getElementById("data").textContent);
      const find = id => document.getElementById(id);
      const steps = [...document.querySelectorAll("main > .step")];
      const isStep = index => index < data.steps.length;
      const [next, back, hint, news] = ["next", "back", "hint", "news"].map(find);
      // What was answered, by the step's number: true where it was right.
      const answered = new Map();
      let here = 0;

      const question = () => isStep(here) ? data.steps[here].question : undefined;
      const part = name => steps[here].querySelector(name);
      const isOpen = () => question() !== undefined && !answered.has(here);

      function show(index, speaks) {
        here = Math.min(Math.max(index, 0), steps.length - 1);
        steps.forEach((step, at) => { step.hidden = at !== here; });
        find("progress").value = Math.min(here + 1, data.steps.length);
        find("count").textContent = isStep(here) ? `${here + 1} of ${data.steps.length}` : "The end";
        back.disabled = here === 0;
        next.disabled = here === steps.length - 1;
        next.textContent = isOpen() ? "Answer" : "Next";
        if (hint) hint.disabled = part(".talk details.hint") === null;
        for (const link of document.querySelectorAll(".places a")) {
          const first = steps.findIndex(step => "#" + step.id === link.hash);
          const rest = steps.findIndex((step, at) => at > first && document.querySelector(`.places a[href="#${step.id}"]`));
          const isHere = first <= here && (rest < 0 || here < rest) && isStep(here);
          if (isHere) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
        }
        tellScore();
        if (!speaks) return;
        history.replaceState(null, "", "#" + steps[here].id);
        const talk = part(".talk") || steps[here];
        news.textContent = `${find("count").textContent}. ${talk.innerText}`;
        scrollTo(0, 0);
      }

      function tellScore() {
        const place = find("score");
        if (!place) return;
        const all = data.steps.filter(step => step.question !== undefined).length;
        const right = [...answered.values()].filter(Boolean).length;
        place.textContent = all === 0 ? "" : `${right} of ${all} questions answered right.`;
      }

      function settle(isRight, words) {
        answered.set(here, isRight);
        const outcome = part(".outcome");
        outcome.textContent = words;
        outcome.classList.add(isRight ? "right" : "wrong");
        part(".reveal").open = true;
        for (const control of steps[here].querySelectorAll(".ask button, .ask input")) control.disabled = true;
        next.textContent = "Next";
        const { right } = question();
        for (const button of steps[here].querySelectorAll(".choice")) {
          if (Number(button.dataset.choice) !== right) continue;
          button.classList.add("right");
          button.querySelector(".verdict").textContent = "✓ right";
        }
      }

      function choose(number) {
        const button = part(`.choice[data-choice="${number}"]`);
        if (!isOpen() || !button) return;
        const isRight = number === question().right;
        if (!isRight) {
          button.classList.add("wrong");
          button.querySelector(".verdict").textContent = "✗ your answer";
        }
        settle(isRight, isRight ? "Right." : "Not quite.");
      }

      function type(text) {
        if (!isOpen()) return;
        const number = Number(text.trim().replace("−", "-").replace(/,(?=\d{3}\b)/g, ""));
        if (text.trim() === "" || Number.isNaN(number)) {
          part(".outcome").textContent = "Type a number.";
          return;
        }
        const { answer, tolerance } = question();
        const isRight = typeof answer === "number" && Math.abs(number - answer) <= tolerance + 1e-12;
        settle(isRight, isRight ? "Right." : "Not quite.");
      }

      function forward() {
        if (isOpen()) settle(false, "Here is the answer.");
        else if (here < steps.length - 1) show(here + 1, true);
      }

      function tellHint() {
        const place = part(".talk details.hint");
        if (place) place.open = !place.open;
      }

      function followAddress(speaks) {
        const at = steps.findIndex(step => "#" + step.id === location.hash);
        show(at < 0 ? here : at, speaks);
      }

      next.addEventListener("click", forward);
      back.addEventListener("click", () => show(here - 1, true));
      if (hint) hint.addEventListener("click", tellHint);
      document.addEventListener("click", event => {
        const button = event.target.closest(".choice");
        if (button) choose(Number(button.dataset.choice));
      });
      document.addEventListener("submit", event => {
        event.preventDefault();
        type(event.target.querySelector("input").value);
      });
      // Whoever opens the answer first has not given one. The news may come when the step is left already.
      document.addEventListener("toggle", event => {
        const isOfStep = event.target.matches(".reveal") && steps[here].contains(event.target);
        if (isOfStep && event.target.open && isOpen()) settle(false, "Here is the answer.");
      }, true);
      addEventListener("hashchange", () => followAddress(true));
      document.addEventListener("keydown", event => {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        const isTyping = event.target.matches("input");
        const isOnControl = event.target.matches("button, summary, a, input");
        const { key } = event;
        if (key === "PageDown" || (!isTyping && key === "n") || (!isOnControl && key === " ")) forward();
        else if (key === "PageUp" || (!isTyping && key === "p")) show(here - 1, true);
        else if (!isTyping && key === "h") tellHint();
        else if (!isTyping && /^[1-6]$/.test(key)) choose(Number(key) - 1);
        else return;
        event.preventDefault();
      });

      document.documentElement.classList.add("plays");
      document.querySelector(".bar").hidden = false;
      followAddress(false);
    })();
    """#
}
