/* A file above its limit is not even sent, or what was written beside it would have gone with it: <input type="file" data-most="(bytes)">. */
(function () {
  "use strict";
  Array.prototype.forEach.call(document.querySelectorAll("input[type=file][data-most]"), function (input) {
    var most = Number(input.getAttribute("data-most")), said = document.createElement("p");
    said.className = "fault";
    said.setAttribute("role", "alert");
    input.parentNode.appendChild(said);
    said.hidden = true;
    input.addEventListener("change", function () {
      var file = input.files[0], over = file && file.size > most;
      said.hidden = !over;
      if (!over) { return; }
      said.textContent = _("“%(name)s”太大（%(size)s MB），这里最多 %(limit)s MB，没有选上。请换一个，图片可以缩小或者另存为 JPG；本页写的内容都在。", { name: file.name, size: Math.ceil(file.size / 100000) / 10, limit: Math.floor(most / 1000000) });
      input.value = "";
    });
  });
})();
