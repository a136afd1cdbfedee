class OddDashboard < Formula
  desc "Submit a job, watch it run, and see why it waits"
  homepage "https://github.com/odd-dashboard/odd-dashboard"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@URL aarch64-apple-darwin@"
      sha256 "@SHA256 aarch64-apple-darwin@"
    end
    on_intel do
      url "@URL x86_64-apple-darwin@"
      sha256 "@SHA256 x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "@URL aarch64-unknown-linux-gnu@"
      sha256 "@SHA256 aarch64-unknown-linux-gnu@"
    end
    on_intel do
      url "@URL x86_64-unknown-linux-gnu@"
      sha256 "@SHA256 x86_64-unknown-linux-gnu@"
    end
  end

  def install
    bin.install "odd-dashboard"
    bash_completion.install "completions/odd-dashboard.bash" => "odd-dashboard"
    fish_completion.install "completions/odd-dashboard.fish"
    zsh_completion.install "completions/_odd-dashboard"
    man1.install Dir["man/*.1"]
  end

  test do
    assert_equal version.to_s, shell_output("#{bin}/odd-dashboard version --output name").strip
  end
end
