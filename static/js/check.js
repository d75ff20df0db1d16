/* Checks the signed credential that a certificate's QR code carries behind the hash of the address: <p data-credential data-keys="..." ...>. */
(function () {
  "use strict";
  var place = document.querySelector("[data-credential]");
  var token = location.hash.slice(1);
  var subtle = window.crypto && window.crypto.subtle;
  if (!place || !token || !subtle || !window.fetch || !window.TextEncoder) { return; }

  function bytes(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(raw, function (mark) { return mark.charCodeAt(0); });
  }

  function holds(spki, kind, body, signature) {
    var head = new TextEncoder().encode("sky-lecture-hall/" + kind + "/1\n");
    var all = new Uint8Array(head.length + body.length);
    all.set(head);
    all.set(body, head.length);
    return subtle.importKey("spki", bytes(spki), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]).then(function (key) {
      return subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, all);
    });
  }

  function say(words, tone) {
    place.className = "notice " + tone;
    place.textContent = place.getAttribute(words);
    place.hidden = false;
  }

  fetch(place.getAttribute("data-keys")).then(function (answer) { return answer.json(); }).then(function (published) {
    var raw = bytes(token), body = raw.slice(0, -64);
    var said = JSON.parse(new TextDecoder().decode(body));
    var list = JSON.parse(published.statement);
    var own = list.keys.filter(function (row) { return row.kid === said[1] && !row.revoked; })[0];
    if (!own || said[2] !== place.getAttribute("data-number")) { say("data-bad", "bad"); return null; }
    return Promise.all([
      holds(own.spki, "credential", body, raw.slice(-64)),
      holds(list.root, "keys", new TextEncoder().encode(published.statement), bytes(published.signature))
    ]).then(function (found) {
      if (found[0] && found[1]) { say("data-good", "good"); } else { say("data-bad", "bad"); }
    });
  }).catch(function () { say("data-bad", "bad"); });
})();
