/* The words of scripts, in the language of the page: _("已保存 %(when)s", { when: "10:05" }). They are written in Chinese where they are said; a page in
   another language loads its catalogue first, static/words/(language).js, which ./manage words makes from the one catalogue of translations. */
function _(source, values) {
  "use strict";
  var said = self.Catalogue && self.Catalogue[source] || source;
  return said.replace(/%\((\w+)\)s/g, function (whole, name) { return values[name]; });
}
