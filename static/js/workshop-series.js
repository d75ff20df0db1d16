/* The name of a new series is asked for only when a new one is to be opened: <div data-new-series> beside the select. */
(function () {
  "use strict";
  var box = document.querySelector("[data-new-series]"), select = document.querySelector("select[name=series]");
  if (!box || !select) { return; }
  function show() { box.hidden = select.value !== "0"; }
  select.addEventListener("change", show);
  show();
})();
