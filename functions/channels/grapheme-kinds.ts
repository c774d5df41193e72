/** How Unicode's rules for graphemes tell characters apart. */
export const kind = {
  other: 0,
  carriageReturn: 1,
  lineFeed: 2,
  control: 3,
  extend: 4,
  regional: 5,
  prepend: 6,
  spacingMark: 7,
  hangulL: 8,
  hangulV: 9,
  hangulT: 10,
  hangulLV: 11,
  hangulLVT: 12,
  emojiBase: 13,
  emojiModifier: 14,
  joiner: 15,
  glued: 16,
  emojiBaseGlued: 17,
} as const;

// Unicode 10.0.0, ucd/auxiliary/GraphemeBreakProperty.txt: ranges in order, each as the gap before it and, when it is not 1,
// its length, in base 36. This version and no newer one, because it is the one Twilio counts with.
const ranges: Readonly<Partial<Record<keyof typeof kind, string>>> = {
  control: "0.a 1.2 1.i 2n.x d 12m 3jl 1ks 2.2 o.7 1d.g 109c.1kw 64f 6o.c 119g.4 43z.8 h405.w 2o.3k 6o.2s0",
  lineFeed: "a",
  carriageReturn: "d",
  extend:
    "lc.34 7n.7 7b.19 1 1.2 1.2 1 20.b 1c.l g 2t.7 2.6 2.2 1.4 z u.r 2j.b 1m.9 y.4 1.9 1.3 1.5 17.3 3c.e 1.w 1j 1 4.8 4 3.7 a.2 t 1m 1 2.4 8 9 a.2 t.2 1l 4.2 4.2 2.3 3 u.2 3 b.2 1l 4.5 1.2 4 k.2 m.6 1 1m 1.2 1.4 8 8.2 a.2 u 1n 1 c 9 14 1p.3 5.3 1.4 7.2 b.2 t 1m 2 2 3 5.2 7.2 b.2 s.2 1l.2 1 2.4 8 9 a.2 2u 4 2.3 1 8 29 2.7 c.8 2q 2.6 1.2 b.6 22.2 r 1 1 1j.e 1.5 1.2 5.b 1.10 9 2u.4 1.6 1.2 2.2 p.2 4.3 g.4 d 2.2 6 f jj.3 qa.3 t.3 t.2 u.2 1s.2 1.7 8 2.b 9 19.3 3b.2 y 3a.3 4.2 9 6.3 63.2 2 1m 1.7 1 1 2.8 6.a 2 1c.f 1t.4 1c 1.5 1 5 14.9 c.2 w.4 2.2 1.3 1k 1.2 3 1.3 1m.8 2.2 48.3 1.d 1.7 4 6 3.2 5i.1m 1.5 ek 5f.x 2da.3 3x 2o.w fe.6 2x.2 n9w.4 1.a w.2 28.2 7k 3 4 p.2 4d.2 q.i 1g.8 p.b 1a.3 1c 2.4 2 14 1v.6 2.2 2.2 c 8 1b 1f 1.3 2.2 5.2 1 16.2 8 6m 2 4 fn4 kh.g g.g a6.2 gt 6a 45.5 1ae.3 1.2 5.4 14.3 4 4l.2 10a 1i.f 1k.3 1d.4 2.2 1x.3 10.5 1.8 1q c.2 1g.9 b.3 2q.3 2 1.2 6 4g 3.8 l.2 1m 1 1 m e.7 3.5 5f.8 2.3 1 2x 2.6 1 2 1.2 1.2 6j 2.4 6.2 1.2 r.2 2d.8 2 1.2 2y 1 2.6 1 2t.3 2.4 1.5 k5.6 2.2 14.6 2.4 8 9.6 2.3 1a.d 1.2 ba.7 1.6 1 2a.m 2.7 1.2 1.2 3e.6 3 1.2 1.7 1 fc8.5 1n.7 uw.4 f7u.2 43q 1.3 4.5 8.8 2.7 u.4 44.3 1iz.1j 4.1e 8 e m.5 1.f 11s.7 1.h 2.7 1.2 1.5 1ph.7 31.7 gzbp.2o 3k.6o",
  prepend: "16o.6 5z 1d cy vf 1f8u 78.2 1o6 23.4 jg",
  spacingMark:
    "1s3 1j 2.3 8.4 1.2 1e.2 1n.2 6.2 2.2 1i 1m.3 1u 1m.3 8 1.2 1h.2 1o 6.2 2.2 36 1.2 3.3 1.3 1g.3 1p.4 1p.2 1m 1.2 1.2 2.2 1.2 1i.2 1n.2 5.3 1.3 1h.2 24.2 6.7 j.2 1r 3j 3u.2 1r 4x 9.2 p.2 18 1f5 7.8 1.2 9m.4 2.3 4.2 1.6 68.2 1m 1 l.6 41 1c 5 1.5 1.2 1p u 4.2 2 1o 2.3 1 3.2 1c.8 8.2 4r g.2 3 rhn.2 2 2g.2 1e.g 3y.2 1b 1c.2 4.2 1.4 32.2 2.2 o 4d 2.2 5 6l.2 1.2 1.2 1 jrn 1 3j 19.3 4.2 37 2d 1c.3 9.2 2z.3 3.2 1 4q.3 v.2 1n 1.4 2.2 2.3 k.2 5t.3 8.2 3 2z.2 6 1.2 1 2 6m.2 6.4 2 35.3 8.2 1 31 1.2 6 2x.2 4 kg.2 1c t.2 1q bb e 2y 7 2 gbg.1a jc7 6",
  hangulL: "3cw.2o u0w.t",
  hangulV: "3fk.20 1348.n",
  hangulT: "3hk.2g 132j.1d",
  joiner: "6bx",
  emojiBase:
    "7j1 63 g.4 2iyf 1o.3 2 2.3 39.2 2.b t 1.9 3 4.3 1.3 y 5l.2 4 l 4.2 4u.3 3.5 2b g.3 9 b gb.5 1.2 6 9.a 3.2 42.d",
  glued: "7k0 1 2a.2 35 2j 2isj 1h 1g v g 3 1u 1 4d 1b.2 2y 4 57 47 h",
  regional: "2qcm.q",
  emojiModifier: "2qrf.5",
  emojiBaseGlued: "2que.4",
};

/** Two planes hold all characters of a kind but the tags, which follow right behind them here. */
const planes = 0x20000;
const tags = 0xe0000;
const tagCount = 0x1000;

let table: Uint8Array | undefined;

/** The kind of every UTF-16 unit and of everything else up to the second plane; built when it is first asked for. */
export function kindTable(): Uint8Array {
  table ??= builtTable();
  return table;
}

/** The kind of a code point. */
export function kindOf(codePoint: number, kinds: Uint8Array): number {
  if (codePoint < planes) return kinds[codePoint] ?? kind.other;
  const tag = codePoint - tags;
  return tag >= 0 && tag < tagCount ? (kinds[planes + tag] ?? kind.other) : kind.other;
}

function builtTable(): Uint8Array {
  const kinds = new Uint8Array(planes + tagCount);
  for (const name of Object.keys(kind) as (keyof typeof kind)[]) {
    let at = 0;
    for (const range of ranges[name]?.split(" ") ?? []) {
      const [gap = "", length = "1"] = range.split(".");
      const start = at + Number.parseInt(gap, 36);
      at = start + Number.parseInt(length, 36);
      const place = start < planes ? start : start - tags + planes;
      kinds.fill(kind[name], place, place + at - start);
    }
  }
  // Hangul syllables: one without a final consonant, then 27 with one, and so on.
  for (let syllable = 0xac00; syllable < 0xd7a4; syllable += 1) {
    kinds[syllable] = (syllable - 0xac00) % 28 === 0 ? kind.hangulLV : kind.hangulLVT;
  }
  return kinds;
}
