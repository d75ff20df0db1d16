/* Shows what is typed into the password fields of its form while ticked: <label data-reveal hidden><input type="checkbox">…</label>. */
(function () {
  "use strict";
  Array.prototype.forEach.call(document.querySelectorAll("[data-reveal]"), function (label) {
    var tick = label.querySelector("input");
    var form = label.closest("form");
    var fields = form.querySelectorAll("input[type=password]");
    function show(seen) { Array.prototype.forEach.call(fields, function (field) { field.type = seen ? "text" : "password"; }); }
    label.hidden = false;
    tick.checked = false; // a page that came back from the browser's memory
    tick.addEventListener("change", function () { show(tick.checked); });
    form.addEventListener("submit", function () { tick.checked = false; show(false); }); // so that the browser remembers it as a password, not as a word typed
  });
})();
