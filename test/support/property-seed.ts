import fc from "fast-check";

// One seed, so that CI judges the change and not the dice; PROPERTY_SEED=random explores.
const asked = process.env.PROPERTY_SEED;
if (asked !== "random") fc.configureGlobal({ seed: asked === undefined ? 20261123 : Number(asked) });
