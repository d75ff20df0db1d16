/* A list put in order by hand: <form data-order> around <ol data-list>, a row <li data-mark> with its <button data-handle>.
   The handle is dragged by mouse or finger, or moved by the arrow keys. Each move is saved at once; what cannot be saved goes back. */
(function () {
  "use strict";
  var form = document.querySelector("[data-order]");
  if (!form) { return; }
  var list = form.querySelector("[data-list]"), seen = form.querySelector("[name=seen]"), said = form.querySelector("[data-said]");
  var token = form.querySelector("[name=csrf_token]").value, held = null, moving = false, busy = false, again = false, kept = rows();
  Array.prototype.forEach.call(list.querySelectorAll("[data-handle]"), function (handle) { handle.hidden = false; });

  function rows() { return Array.prototype.slice.call(list.children); }
  function row(node) { while (node && node.parentNode !== list) { node = node.parentNode; } return node; }
  function marks(some) { return some.map(function (one) { return one.getAttribute("data-mark"); }).join(","); }
  function tell(words, tone) { said.className = "notice " + tone; said.textContent = words; said.hidden = false; }
  function put(some) { some.forEach(function (one) { list.appendChild(one); }); buttons(); }

  /* The first row cannot go up, nor the last one down, wherever they stand now. */
  function buttons() {
    rows().forEach(function (one, place, all) {
      var mark = one.getAttribute("data-mark");
      Array.prototype.forEach.call(one.querySelectorAll("[name=move]"), function (button) {
        button.hidden = (button.value === mark + " up" && place === 0) || (button.value === mark + " down" && place === all.length - 1);
      });
    });
  }

  /* One move is sent at a time; those made meanwhile go together after it. */
  function save() {
    buttons();
    if (busy) { again = true; return; }
    if (marks(rows()) === marks(kept)) { return; }
    busy = true;
    send(rows()).then(function (done) {
      busy = false;
      if (done && again) { again = false; save(); }
      again = false;
    });
  }
  function send(wanted) {
    var body = new FormData();
    body.append("csrf_token", token);
    body.append("seen", seen.value);
    body.append("order", marks(wanted));
    return fetch(form.action, { method: "POST", body: body, credentials: "same-origin", headers: { Accept: "application/json" } })
      .then(function (answer) { return answer.json().then(function (words) { return { ok: answer.ok, words: words }; }); })
      .then(function (answer) {
        if (!answer.ok) { put(kept); tell(answer.words.error, "bad"); return false; }
        seen.value = answer.words.seen;
        kept = wanted;
        tell(said.getAttribute("data-saved"), "good");
        return true;
      })
      .catch(function () { put(kept); tell(said.getAttribute("data-failed"), "bad"); return false; });
  }

  list.addEventListener("keydown", function (event) {
    var handle = event.target;
    if (!handle.hasAttribute("data-handle") || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) { return; }
    event.preventDefault();
    var one = row(handle), other = event.key === "ArrowUp" ? one.previousElementSibling : one.nextElementSibling;
    if (!other) { return; }
    list.insertBefore(one, event.key === "ArrowUp" ? other : other.nextElementSibling);
    handle.focus();
    save();
  });

  list.addEventListener("pointerdown", function (event) {
    var handle = event.target.closest("[data-handle]");
    if (!handle || event.button > 0) { return; }
    held = row(handle);
    moving = false;
    handle.setPointerCapture(event.pointerId);
    held.classList.add("held");
  });
  list.addEventListener("pointermove", function (event) {
    if (!held) { return; }
    moving = true;
    var over = rows().filter(function (one) {
      var box = one.getBoundingClientRect();
      return one !== held && event.clientY > box.top && event.clientY < box.bottom;
    })[0];
    if (over) {
      var box = over.getBoundingClientRect(), below = held.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (below ? event.clientY > box.top + box.height / 2 : event.clientY < box.top + box.height / 2) { list.insertBefore(held, below ? over.nextElementSibling : over); }
    }
    if (event.clientY < 70) { scrollBy(0, -14); } else if (event.clientY > innerHeight - 90) { scrollBy(0, 14); }
  });
  function drop(event) {
    if (!held) { return; }
    held.classList.remove("held");
    held = null;
    if (event.type === "pointercancel") { put(kept); } else if (moving) { save(); }
  }
  list.addEventListener("pointerup", drop);
  list.addEventListener("pointercancel", drop);
})();
