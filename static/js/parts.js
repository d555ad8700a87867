// Several parts of a page stand in one form, each with a button of its own. Enter in a field would press the first
// button of the form; here it presses the one of the part. Without scripts nothing is lost, either: the part waits.
"use strict";

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing || !(field instanceof HTMLInputElement)) return;
  const part = field.closest("form.parts .part, form.parts .sec");
  const button = part?.querySelector("button[formaction]:not([name]):not(.step)");
  if (!button || part.querySelector("button.btn-primary")) return;
  event.preventDefault();
  button.click();
});
