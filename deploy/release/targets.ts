/** The machines a release is for. */
export interface Target {
  /** Ends the archive's name: `tokenharbor_VERSION_NAME.tar.gz`. */
  readonly name: string;
  /** As `bun build --target` and `tokenharbor version` name it. */
  readonly bunTarget: string;
  /** The npm package with Bun's executable for it. */
  readonly runtimePackage: string;
  readonly executable: 'tokenharbor' | 'tokenharbor.exe';
  readonly archive: 'tar.gz' | 'zip';
  /** As Debian calls it; left out: there is no package for it. */
  readonly debian?: 'amd64' | 'arm64';
}

export const TARGETS: readonly Target[] = [
  { ...unix('linux_x64', 'linux-x64'), debian: 'amd64' },
  unix('linux_x64_musl', 'linux-x64-musl'),
  { ...unix('linux_arm64', 'linux-aarch64'), debian: 'arm64' },
  unix('linux_arm64_musl', 'linux-aarch64-musl'),
  unix('macos_x64', 'darwin-x64'),
  unix('macos_arm64', 'darwin-aarch64'),
  { ...unix('windows_x64', 'windows-x64'), executable: 'tokenharbor.exe', archive: 'zip' },
];

function unix(name: string, platform: string): Target {
  return {
    name,
    bunTarget: `bun-${platform.replace('aarch64', 'arm64')}`,
    runtimePackage: `@oven/bun-${platform}`,
    executable: 'tokenharbor',
    archive: 'tar.gz',
  };
}
