import { formatNumber, type Quantity } from "@ecocompute/engine";
import type { FC } from "hono/jsx";
import { rangeText } from "./text.ts";

interface CardProps {
  readonly name: string;
  readonly unit: string;
  readonly quantity: Quantity | null;
  readonly show?: (x: number) => string;
  readonly tier: string;
  readonly note: string;
}

/** Room beyond the upper end, so that the band does not touch the frame. */
const ROOM = 1.12;

/** One number with its interval drawn from zero: solid where measured, hatched where physics alone speaks. */
export const QuantityCard: FC<CardProps> = ({ name, unit, quantity, show = formatNumber, tier, note }) => (
  <div class="card">
    <h3>{name}</h3>
    {quantity ? (
      <>
        <p class="figure">
          {show(quantity.value)} <span class="unit">{unit}</span>
        </p>
        <Interval quantity={quantity} tier={tier} />
        <p class="range">
          90 %: {show === formatNumber ? rangeText(quantity) : `${show(quantity.low)} to ${show(quantity.high)}`}
        </p>
      </>
    ) : (
      <p class="figure none">not known</p>
    )}
    <p class="note">{note}</p>
  </div>
);

const Interval: FC<{ readonly quantity: Quantity; readonly tier: string }> = ({ quantity, tier }) => {
  const at = (x: number): string => `${quantity.high > 0 ? (100 * x) / (quantity.high * ROOM) : 0}%`;
  return (
    <svg class={`interval ${tier}`} width="100%" height="20" aria-hidden="true">
      <line x1="0" x2="100%" y1="10" y2="10" class="axis" />
      <rect
        x={at(quantity.low)}
        width={at(quantity.high - quantity.low)}
        y="4"
        height="12"
        rx="3"
        class={tier === "modelled" || tier === "transferred" ? "band hatched" : "band"}
      />
      <line x1={at(quantity.value)} x2={at(quantity.value)} y1="0" y2="20" class="value" />
    </svg>
  );
};
