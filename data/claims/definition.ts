import * as z from "zod";

export const ClaimDefinitionSchema = z.strictObject({
  id: z.string(),
});
export type ClaimDefinition = z.infer<typeof ClaimDefinitionSchema>;
