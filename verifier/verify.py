#!/usr/bin/env python3
"""Checks papers of a Sky Lecture Hall (空中大讲堂) without it: one file, Python 3.9 or newer with `cryptography`, no network.

    python3 verify.py [--root FINGERPRINT] [--keys keys.json] [--kept checkpoint.txt] THING...

A THING is the address or token of a certificate's QR code, a signed PDF, a proof file (.json), a consistency proof, a checkpoint, or the
exported log (.jsonl). Give the root fingerprint that is printed on any branch record, and every checkpoint that you kept: then nobody,
the owner of the database included, can have altered or dropped a record that a kept checkpoint covers without being found here. Whether a
certificate was revoked is told by a proof file or a log as far as its checkpoint goes, by nothing that somebody could have left out.
It proves what was recorded, by whom it was signed, and that it stands unaltered. It cannot prove that someone paid attention.
Ends with 0 when everything holds, with 1 when something does not, with 2 when it could not be read.
"""

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

FORM = "sky-lecture-hall/"
MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
TITLE = re.compile("<dc:title>.{,80}?>学习结业证明 (\\S{,40}?)</rdf:li>".encode())
KINDS = {"certificate": "学习结业证明", "branch_record": "支部完成记录", "correction": "更正", "revocation": "撤销", "erasure": "删除个人信息"}


class Unreadable(Exception):
    """Not a thing of a kind that is known here."""


# What is signed ---------------------------------------------------------------------------------------------------------------------


def sha256(data):
    return hashlib.sha256(data).digest()


def unb64(text):
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as fault:
        raise Unreadable("不是 base64 文字") from fault


def b64(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def kid_of(spki):
    return base64.b32encode(sha256(spki)).decode().lower()[:8]


def is_signed(spki, data, signature):
    """ES256 over P-256; `signature` is r || s, or DER as in a PDF."""
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")) if len(signature) == 64 else signature
    try:
        serialization.load_der_public_key(spki).verify(der, data, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def said(kind, body):
    return f"{FORM}{kind}/1\n".encode() + body


class Keys:
    """The list of keys, as its root key signed it."""

    def __init__(self, published):
        body, signature = published["statement"].encode(), unb64(published["signature"])
        listed = json.loads(body)
        self.root = unb64(listed["root"])
        self.holds = is_signed(self.root, said("keys", body), signature)
        self.fingerprint = sha256(self.root).hex()
        self.by_kid = {row["kid"]: row for row in listed["keys"] if kid_of(unb64(row["spki"])) == row["kid"]}
        self.at = listed["at"]

    def fault(self, kind, body, signature, kid):
        """Why a statement does not count; empty when it does."""
        row = self.by_kid.get(kid)
        if not self.holds:
            return "密钥列表不是根密钥签的"
        if row is None:
            return f"密钥 {kid} 不在密钥列表里，这不是本县签发的"
        if not is_signed(unb64(row["spki"]), said(kind, body), signature):
            return "签名不对，内容被改过或者是伪造的"
        return f"签名的密钥 {kid} 已作废（{row['reason']}），它签的东西本身不再算数" if row["revoked"] else ""


class Checkpoint:
    """origin, size, root, time, what was revoked (missing in the oldest), signature; as printed on a branch record."""

    def __init__(self, text):
        lines = [line.strip() for line in text.strip().splitlines()]
        body, rest = lines[:-2], lines[-2:]
        if len(body) not in (4, 5) or rest[0] or not body[0].startswith(FORM) or not rest[1].startswith("— "):
            raise Unreadable("不是登记簿存根")
        self.origin, self.size, self.root, self.at, self.revoked = body[0], int(body[1]), unb64(body[2]), body[3], "".join(body[4:])
        self.kid, self.signature = rest[1][2:].split(" ")[0], unb64(rest[1].split(" ")[2])
        self.body = ("\n".join(body) + "\n").encode()

    def fault(self, keys):
        if self.origin != f"{FORM}{kid_of(keys.root)}":
            return "这份存根属于另一个登记簿"
        return keys.fault("checkpoint", self.body, self.signature, self.kid)


# The tree: RFC 9162 section 2.1 -------------------------------------------------------------------------------------------------------


def parent(left, right):
    return sha256(b"\x01" + left + right)


def grown(peaks, leaf, index):
    """The peaks of a tree after leaf `index`; the root is what they fold to."""
    while index & 1:
        leaf, index = parent(peaks.pop(), leaf), index >> 1
    peaks.append(leaf)


def folded(peaks):
    out = peaks[-1] if peaks else sha256(b"")
    for one in reversed(peaks[:-1]):
        out = parent(one, out)
    return out


def included(leaf, index, size, path):
    """The root that an inclusion proof leads to, or None."""
    here, last = index, size - 1
    for one in path:
        if last == 0:
            return None
        if here & 1 or here == last:
            leaf = parent(one, leaf)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            leaf = parent(leaf, one)
        here, last = here >> 1, last >> 1
    return leaf if last == 0 and 0 <= index < size else None


def continues(old, old_root, new, new_root, path):
    """Whether the tree of `new` leaves begins with that of `old`."""
    if old == new:
        return old_root == new_root and not path
    if not 0 < old < new or not path:
        return False
    rest = path if old & (old - 1) else [old_root, *path]
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    below = above = rest[0]
    for one in rest[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            below, above = parent(one, below), parent(one, above)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            above = parent(above, one)
        here, last = here >> 1, last >> 1
    return last == 0 and below == old_root and above == new_root


# Records ------------------------------------------------------------------------------------------------------------------------------


def sealed(line):
    """A line of a branch record as its hashes cover it; of an erased one only its hash is left, and nothing beside it."""
    if isinstance(line, dict) and set(line) == {"erased"}:
        return line["erased"]
    if isinstance(line, dict) and "salt" in line:
        own = {key: value for key, value in line.items() if key != "salt"}
        return sha256(bytes.fromhex(line["salt"]) + canonical(own)).hex()
    return line


def committed(content):
    return {key: [sealed(line) for line in value] if key in ("people", "help") else value for key, value in content.items()}


def leaf_of(part):
    record = part["record"]
    if part["kind"] == "branch_record":
        record = {**record, "content": committed(record["content"])}
    return sha256(b"\x00" + sha256(bytes.fromhex(part["salt"]) + canonical(record)))


def revoked_of(pairs):
    """What a checkpoint says of these revocations: (leaf of the revocation, leaf of the certificate)."""
    rows = "".join(f"{int(index)} {int(about)}\n" for index, about in pairs)
    return f"revoked {len(pairs)} {b64(sha256(rows.encode()))}"


def credential_from(token):
    raw = unb64(token.rpartition("#")[2])
    try:
        values = json.loads(raw[:-64])
        names = ("version", "kid", "number", "name", "course", "quarters", "on", "issuer", "leaf")
        found = dict(zip(names, values)) if len(values) == 9 and values[0] == 1 else None  # noqa: B905 (Python 3.9)
    except (ValueError, TypeError) as fault:
        raise Unreadable("不是证明二维码里的内容") from fault
    if found is None:
        raise Unreadable("不是证明二维码里的内容")
    return found, raw[:-64], raw[-64:]


# PDF: one signature over the whole file (CMS, RFC 5652) ---------------------------------------------------------------------------------


def children(der, start, end):
    """(tag, start of the element, start of its content, end) of each element of a constructed value."""
    while start < end:
        length, at = der[start + 1], start + 2
        if length & 0x80:
            at += length & 0x7F
            length = int.from_bytes(der[start + 2 : at], "big")
        if at + length > end:
            raise Unreadable("PDF 的签名读不出来")
        yield der[start], start, at, at + length
        start = at + length


def inside(der, element):
    return list(children(der, element[2], element[3]))


def pdf_fault(data, keys):
    """(why the signature does not hold or "", the key's name)."""
    ranges = re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", data)
    if not ranges:
        return "没有数字签名", ""
    first, length, second, rest = map(int, ranges[-1])
    if first or second + rest != len(data) or length > second:
        return "签名以后又添了内容", ""
    der = bytes.fromhex(data[length + 1 : second - 1].decode("ascii", "replace").strip())
    top = next(children(der, 0, len(der)))
    signed = inside(der, inside(der, inside(der, top)[1])[0])
    certificates = [der[one[1] : one[3]] for part in signed if part[0] == 0xA0 for one in inside(der, part)]
    info = inside(der, inside(der, signed[-1])[0])
    serial = int.from_bytes(der[slice(*inside(der, info[1])[1][2:])], "big")
    attributes = next(part for part in info if part[0] == 0xA0)
    signature = next(part for part in info if part[0] == 0x04)
    own = [one for one in map(x509.load_der_x509_certificate, certificates) if one.serial_number == serial]
    spki = own[0].public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo) if own else b""
    digests = [inside(der, one)[1] for one in inside(der, attributes) if der[one[2] :].startswith(MESSAGE_DIGEST)]
    told = der[slice(*inside(der, digests[0])[0][2:])] if digests else b""
    if told != sha256(data[:length] + data[second:]):
        return "内容被改过", kid_of(spki)
    if not is_signed(spki, b"\x31" + der[attributes[1] + 1 : attributes[3]], der[slice(*signature[2:])]):
        return "签名不对", kid_of(spki)
    row = keys.by_kid.get(kid_of(spki))
    if not keys.holds or row is None:
        return "签名的密钥不在密钥列表里，这不是本县签发的", kid_of(spki)
    return (f"签名的密钥已作废（{row['reason']}）" if row["revoked"] else ""), kid_of(spki)


# The check ----------------------------------------------------------------------------------------------------------------------------


class Check:
    """All that was given, looked at together."""

    def __init__(self, keys, root):
        self.keys, self.root, self.failed, self.unchecked = keys, root, False, False
        self.kept, self.seen, self.met = [], [], set()
        self.papers = {}  # number by the beginning of the leaf: what is to be looked up in the log
        self.pdfs, self.told = set(), set()  # numbers: certificates given as PDF; those of which is known whether they were revoked

    def tell(self, fault, words):
        self.failed = self.failed or bool(fault)
        sys.stdout.write(f"[{'错' if fault else '好'}] {words}{'：' + fault if fault else ''}\n")

    def hint(self, words, *, unchecked=False):
        self.unchecked = self.unchecked or unchecked
        sys.stdout.write(f"[看] {words}\n")

    def take_keys(self, published):
        if self.keys is None and published:
            self.keys = Keys(published)

    def trust(self):
        if self.keys is None:
            raise Unreadable("没有密钥列表：请加 --keys keys.json（查验页可以下载）")
        fault = "" if self.keys.holds else "不是根密钥签的"
        if not fault and self.root and self.root.lower().replace(" ", "") != self.keys.fingerprint:
            fault = f"根指纹不符，文件里的是 {self.keys.fingerprint}"
        self.tell(fault, f"密钥列表（{self.keys.at}，共 {len(self.keys.by_kid)} 个密钥）")
        if not self.root:
            self.hint(f"根指纹 {self.keys.fingerprint}：请与支部完成记录纸面上的对照，或用 --root 给出")

    def checkpoint(self, row, words):
        self.tell(row.fault(self.keys), f"{words}：{row.size} 条，{row.at}")
        clash = [other for other in self.seen if other.size == row.size and other.root != row.root]
        if clash:
            self.tell("同样多的条数，根却不同：有人把登记簿改成了两种样子", f"有 {row.size} 条的两份存根")
        self.met |= {other.size for other in self.kept if (other.size, other.root) == (row.size, row.root)} if row not in self.kept else set()
        self.seen.append(row)

    def credential(self, token):
        found, body, signature = credential_from(token)
        words = f"证明二维码：{found['number']} {found['name']}《{found['course']}》{found['quarters'] / 4:g} 学时 {found['on']} {found['issuer']}"
        self.tell(self.keys.fault("credential", body, signature, found["kid"]), words)
        self.papers[unb64(found["leaf"]).hex()] = found["number"]
        return found

    def pdf(self, data, name):
        try:
            fault, kid = pdf_fault(data, self.keys)
        except (IndexError, StopIteration, ValueError):
            fault, kid = "签名读不出来", ""
        self.tell(fault, f"PDF {name}，密钥 {kid}" if kid else f"PDF {name}")
        self.pdfs |= {found[1].decode("utf-8", "replace") for found in [TITLE.search(data)] if found}

    def proof(self, given):
        parts = [given, *given["changes"]]
        held = Checkpoint(given["checkpoint"]) if given["checkpoint"] else None
        for part in parts:
            self.tell(self._part_fault(part, held), f"{KINDS[part['kind']]}在登记簿第 {part['index']} 条，内容与登记时一致")
        if held is None:
            self.tell("还没有存根盖住它", "存根")
        else:
            self.checkpoint(held, "存根")
        record = given["record"]
        if given["kind"] == "branch_record":
            own = sha256(canonical(committed(record["content"]))).hex()
            self.tell("" if own == record["sha256"] else "与记录不符", f"支部完成记录 {record['number']} 的指纹 {record['sha256']}")
            return
        if given["credential"]:
            found = self.credential(given["credential"])
            same = (record["number"], record["course_title"], record["quarters"], record["completed_on"], record["issuer_name"])
            fits = (found["number"], found["course"], found["quarters"], found["on"], found["issuer"]) == same
            fits = fits and bytes.fromhex(given["leaf"]).startswith(unb64(found["leaf"]))
            self.tell("" if fits else "两者不符", "二维码与记录、与登记簿里的那一条")
        else:
            self.papers[given["leaf"]] = record["number"]
        self._state(given, held)

    def _state(self, given, held):
        """Whether the certificate was revoked. What the file holds of changes may have been left out; the checkpoint covers the list of all revocations."""
        number, own = given["record"]["number"], given["record"]["id"]
        self.told |= {number} if held is not None and held.revoked and given.get("revoked") is not None else set()
        changed = [part["kind"] for part in given["changes"] if part["record"]["certificate_id"] == own]
        words, pairs = f"证明 {number} 的状态", given.get("revoked")
        if "revocation" in changed:
            self.tell("已撤销，不再有效", words)
        elif held is None or not held.revoked or pairs is None:
            self.hint(f"{words}：这份文件没有写明到存根为止撤销过哪些证明，所以没有核对；请再给登记簿，或在线查验", unchecked=True)
        elif revoked_of(pairs) != held.revoked:
            self.tell("撤销过的证明与存根不符，有的被隐去了", words)
        elif any(about == given["index"] for _, about in pairs):
            self.tell("已撤销，不再有效", words)
        else:
            self.tell("", words + ("：已更正" if changed else "：有效") + f"（到存根的 {held.at[:10]} 为止）")

    def _part_fault(self, part, held):
        if not part["salt"]:
            return "个人信息已按规定删除，只剩登记簿里的承诺值"
        leaf = leaf_of(part)
        if leaf.hex() != part["leaf"]:
            return "内容被改过"
        if held is None:
            return "没有存根"
        path = [bytes.fromhex(one) for one in part["path"]]
        return "" if included(leaf, part["index"], held.size, path) == held.root else "不在存根所指的登记簿里"

    def consistency(self, given):
        new, path = Checkpoint(given["checkpoint"]), [bytes.fromhex(one) for one in given["path"]]
        self.checkpoint(new, "新存根")
        olds = [row for row in self.kept if row.size == given["old"]]
        if not olds:
            self.hint(f"这份连续性凭据从 {given['old']} 条起，请用 --kept 给出那时的存根")
        for old in olds:
            fits = continues(old.size, old.root, new.size, new.root, path)
            self.tell("" if fits else "新登记簿不是从它接着写的，以前的记录被改动或抽掉了", f"从 {old.size} 条的存根到 {new.size} 条的存根")
            self.met |= {old.size}

    def log(self, lines):
        top, rows = json.loads(lines[0]), [json.loads(line) for line in lines[1:]]
        if top["checkpoint"]:
            self.checkpoint(Checkpoint(top["checkpoint"]), "登记簿里最新的存根")
        wanted: dict = {}
        for row in [*self.seen, *self.kept]:
            wanted.setdefault(row.size, set()).add(row.root)
        peaks: list = []
        for place, row in enumerate(rows):
            if row["index"] != place:
                self.tell("序号不连续，有记录被抽掉或调换了位置", f"登记簿第 {place} 条")
                return
            grown(peaks, bytes.fromhex(row["leaf"]), place)
            for root in wanted.pop(place + 1, ()):
                fits = root == folded(list(peaks))
                self.tell("" if fits else "以前的记录被改动、抽掉或调换了位置", f"登记簿前 {place + 1} 条与那时的存根")
                self.met |= {place + 1}
        for size in wanted:
            self.tell(f"登记簿只剩 {len(rows)} 条，后面的被截去了", f"有 {size} 条时的存根")
            self.met |= {size}
        erased = sum(bool(row.get("erased")) for row in rows)
        stated = self._revocations(rows)
        for begin, number in self.papers.items():
            self._in_log(begin, number, rows, stated)
        sys.stdout.write(f"     登记簿共 {len(rows)} 条，根 {folded(list(peaks)).hex()}，其中按规定删除个人信息的 {erased} 条\n")

    def _revocations(self, rows):
        """How many leaves, from the first on, have their revocations covered by a checkpoint: a leaf by itself does not tell what it is."""
        stated = 0
        for held in sorted({(row.size, row.revoked) for row in [*self.seen, *self.kept] if row.revoked and row.size <= len(rows)}):
            own = [(row["index"], row.get("about", -1)) for row in rows[: held[0]] if row["kind"] == "revocation"]
            fits = revoked_of(own) == held[1]
            self.tell("" if fits else "撤销过的证明与存根不符，有的被隐去或改动了", f"登记簿前 {held[0]} 条里撤销的 {len(own)} 份")
            stated = held[0] if fits else stated
        return stated

    def _in_log(self, begin, number, rows, stated):
        words = f"证明 {number} 在登记簿里"
        place = next((row["index"] for row in rows if row["leaf"].startswith(begin)), None)
        taken_back = [row["at"][:10] for row in rows if row["kind"] == "revocation" and row.get("about") == place]
        if place is None:
            self.tell("找不到它那一条", words)
        elif taken_back:
            self.tell(f"{taken_back[0]} 已撤销，不再有效", f"{words}第 {place} 条")
        elif place < stated:
            self.tell("", f"{words}第 {place} 条，到第 {stated} 条为止没有撤销")
            self.told |= {number}
        else:
            self.tell("", f"{words}第 {place} 条")
            self.hint(f"证明 {number} 是否撤销没有核对：盖住它的存根没有写明撤销过哪些证明，请在线查验", unchecked=True)

    def end(self):
        for number in sorted(self.pdfs - self.told):
            self.hint(f"证明 {number} 的 PDF 只说明是谁签发的、此后没有改动；是否撤销，请再给它的凭据文件，或扫纸上的二维码在线查验", unchecked=True)
        for row in self.kept:
            if row.size not in self.met:
                self.tell("还没有核对：请再给登记簿导出文件或从它起的连续性凭据", f"保存的存根（{row.size} 条）")


def read(thing):
    """(kind, content) of one argument."""
    path = Path(thing)
    try:
        data = path.read_bytes()
    except OSError as fault:  # a token is no file, and too long for the name of one
        if "." in path.name and "#" not in thing:
            raise Unreadable(f"没有这个文件：{thing}") from fault
        return "credential", thing
    if data.startswith(b"%PDF"):
        return "pdf", (data, path.name)
    text = data.decode("utf-8-sig")
    if text.startswith(FORM):
        return "checkpoint", text
    if not text.lstrip().startswith("{"):
        return "credential", text.strip()
    first = text.split("\n", 1)[0]
    if f'"{FORM}log/1"' in first:
        return "log", text.splitlines()
    given = json.loads(text)
    kind = {f"{FORM}proof/1": "proof", f"{FORM}consistency/1": "consistency"}.get(given.get("format", ""))
    if kind is None:
        raise Unreadable("不认识这种文件")
    return kind, given


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default="", help="root fingerprint, from paper")
    parser.add_argument("--keys", help="keys.json, if no proof file or log is given")
    parser.add_argument("--kept", action="append", default=[], help="a checkpoint that was kept; may be given several times")
    parser.add_argument("things", nargs="+", metavar="THING")
    given = parser.parse_args(arguments)
    try:
        check = Check(Keys(json.loads(Path(given.keys).read_text("utf-8"))) if given.keys else None, given.root)
        things = sorted(map(read, given.things), key=lambda one: one[0] == "log")
        for kind, content in things:
            check.take_keys(content.get("keys") if kind in ("proof", "consistency") else json.loads(content[0]).get("keys") if kind == "log" else None)
        check.trust()
        check.kept = [Checkpoint(Path(path).read_text("utf-8")) for path in given.kept]
        for row in check.kept:
            check.checkpoint(row, "保存的存根")
        for kind, content in things:
            if kind == "pdf":
                check.pdf(*content)
            elif kind == "checkpoint":
                check.checkpoint(Checkpoint(content), "存根")
            else:
                getattr(check, kind)(content)
        check.end()
    except (Unreadable, KeyError, ValueError, TypeError, OSError) as fault:
        sys.stderr.write(f"读不出来 / cannot be read: {type(fault).__name__} {fault}\n")
        return 2
    good = "没有发现不符，但是否撤销没有核对，请看上面标“看”的行。" if check.unchecked else "全部相符。"
    sys.stdout.write("有一处或几处不对，请看上面标“错”的行。\n" if check.failed else f"{good}它证明记录是谁签发的、此后没有改动；不证明学的人是否用心。\n")
    return int(check.failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
