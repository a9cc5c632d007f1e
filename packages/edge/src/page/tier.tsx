import type { FC } from "hono/jsx";

type Shape = "measured" | "interpolated" | "transferred" | "modelled";

/** How a number was reached, told by shape and word, never by colour alone: full, half full, a diamond, an empty dashed ring. */
const MEANING: Readonly<Record<Shape, string>> = {
  measured: "a measurement of this very configuration",
  interpolated: "between two measured batch sizes",
  transferred: "measurements of this model elsewhere, carried over by physics",
  modelled: "physics alone: nobody has measured this",
};

export const tierMeaning = (tier: Shape): string => MEANING[tier];

/** The marks, once per page; `<use href="#tier-measured">` draws one. Each is centred on 0,0. */
export const TierMarks: FC = () => (
  <svg class="defs" width="0" height="0" aria-hidden="true">
    <defs>
      <g id="tier-measured">
        <circle r="5.5" class="mark full" />
      </g>
      <g id="tier-interpolated">
        <circle r="5" class="mark hollow" />
        <path d="M0-5a5 5 0 0 0 0 10z" class="mark full" />
      </g>
      <g id="tier-transferred">
        <path d="M0-6.5L6.5 0 0 6.5-6.5 0z" class="mark hollow" />
      </g>
      <g id="tier-modelled">
        <circle r="5" class="mark hollow dashed" />
      </g>
      <pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="7" height="7" class="hatch-ground" />
        <rect width="3" height="7" class="hatch-line" />
      </pattern>
    </defs>
  </svg>
);

export const TierMark: FC<{ readonly tier: Shape }> = ({ tier }) => (
  <svg class="tier-mark" width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true">
    <use href={`#tier-${tier}`} />
  </svg>
);

/** Mark, word and confidence. */
export const TierBadge: FC<{ readonly tier: Shape; readonly confidence: string }> = ({ tier, confidence }) => (
  <span class={`badge ${tier}`} title={tierMeaning(tier)}>
    <TierMark tier={tier} />
    {tier} · {confidence} confidence
  </span>
);
