/* <a data-back>: one step back shows the page one came from as it was left, with what was typed on it; the link itself would read it anew. */
(function () {
  "use strict";
  var link = document.querySelector("[data-back]");
  if (!link) { return; }
  link.addEventListener("click", function (event) {
    if (history.length < 2) { return; }
    event.preventDefault();
    history.back();
  });
})();
