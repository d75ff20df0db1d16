/* Writing a quiz: <form data-quiz>. 再加一题 adds a block in place, and a question of 对/错 shows its two answers instead of options. */
(function () {
  "use strict";
  var form = document.querySelector("[data-quiz]");
  if (!form) { return; }
  var count = form.querySelector("[data-count]"), blocks = form.querySelector("[data-blocks]"), blank = form.querySelector("[data-blank]");
  form.classList.add("scripted");

  form.addEventListener("change", function (event) {
    if (!event.target.hasAttribute("data-kinds")) { return; }
    var block = closest(event.target), type = event.target.value === "single" ? "radio" : "checkbox";
    block.setAttribute("data-kind", event.target.value);
    /* A single choice has one right answer, and is ticked as such. */
    Array.prototype.forEach.call(block.querySelectorAll(".option-tick input"), function (tick) { tick.type = type; });
  });

  /* The page of one question of the bank has no more to add. */
  if (blank) { form.querySelector("[data-more]").addEventListener("click", add); }

  function add(event) {
    var place = Number(count.value);
    if (place >= 100) { return; }
    event.preventDefault();
    var holder = document.createElement("div");
    holder.innerHTML = blank.innerHTML.replace(/__place__/g, String(place)).replace(/__number__/g, String(place + 1));
    var block = holder.querySelector("[data-block]");
    blocks.appendChild(block);
    count.value = String(place + 1);
    block.querySelector("textarea").focus();
  }

  function closest(node) { while (node && !(node.hasAttribute && node.hasAttribute("data-block"))) { node = node.parentNode; } return node; }
})();
