/* What was written and not yet saved is not lost unasked: <form data-unsaved="yes, if it came back unsaved"> is asked about before the page is
   left, be it by another form of the page, which some phones' browsers would not ask about. */
(function () {
  "use strict";
  var form = document.querySelector("[data-unsaved]"), leaving = false;
  if (!form) { return; }

  function differs(field) {
    if (!field.name || field.type === "hidden") { return false; }
    if (field.type === "checkbox" || field.type === "radio") { return field.checked !== field.defaultChecked; }
    if (field.type === "file") { return field.value !== ""; }
    if (field.tagName === "SELECT") {
      var first = Array.prototype.filter.call(field.options, function (option) { return option.defaultSelected; })[0] || field.options[0];
      return first !== field.options[field.selectedIndex];
    }
    return "defaultValue" in field && field.value !== field.defaultValue;
  }
  function unsaved() { return !leaving && (form.getAttribute("data-unsaved") === "yes" || Array.prototype.some.call(form.elements, differs)); }

  document.addEventListener("submit", function (event) {
    if (event.defaultPrevented) { return; }
    if (event.target !== form && unsaved() && !confirm(_("上面写的还没有保存，这样会丢掉。要保存就点“取消”，先点“保存这一课”，再来做这一步。"))) { event.preventDefault(); return; }
    leaving = true;
  });
  window.addEventListener("pageshow", function () { leaving = false; });
  window.addEventListener("beforeunload", function (event) { if (unsaved()) { event.preventDefault(); event.returnValue = ""; } });
})();
