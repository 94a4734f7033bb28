export interface Step {
  readonly title: string;
  /** As the pages print them. */
  readonly commands: string;
  readonly seconds: number;
}

/** docs/new-user.md. */
export function newUserPage(steps: readonly Step[]): string {
  const total = steps.reduce((sum, { seconds }) => sum + seconds, 0);
  const rows = steps.map(({ title, seconds }, at) => `| ${at + 1} | ${title} | ${shown(seconds)} |`);
  const parts = steps.map(({ title, commands }, at) => `## ${at + 1}. ${title}\n\n\`\`\`sh\n${commands}\n\`\`\`\n`);
  return `# A new user's path

From a release to a service and a sidecar, by the commands of [the README](../README.md), [systemd.md](systemd.md) and
[containers.md](containers.md) as they are printed there. What the machine takes for them is measured by \`make new-user\`, which runs
them and writes this page: once, on 2 shared cores, without a network, with the demo model. It has a price for this, so that there is
something to spend. Reading and typing come on top.

| | Step | Seconds |
| --- | --- | --- |
${rows.join('\n')}
| | In all | ${shown(total)} |

The dashboard is opened in a headless Chromium, whose start is within its time: the link lets in, and the Spend page, split by key,
shows what both keys spent to the last digit, which is what their answers' tokens come to.

The last step builds the image and runs it as an engine would, read-only and as its own user, until its health check is green. A
cluster is not part of it: \`make check\` holds [the manifests](containers.md#as-a-sidecar) against the program instead.

${parts.join('\n')}`;
}

function shown(seconds: number): string {
  return seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds));
}
