import { noticed } from './leave-out-rest.ts';

/** Models that other endpoints than the two chat endpoints serve, by how vendors name them. */
const OTHER =
  /(?:^|[-_/.])(?:embed|embedding|embeddings|rerank|whisper|tts|transcribe|dall-e|imagen|sora|veo|moderation|stable-diffusion)(?:$|[-_/.:\d])|(?:^|\/)gpt-image/i;

export function isOtherEndpoint(model: string): boolean {
  return OTHER.test(model);
}

export const OTHER_ENDPOINT = noticed(
  'is no chat model, and embeddings, images and audio have no endpoint here',
  'Leave its clients where they are.',
);
