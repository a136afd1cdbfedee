# Installs odd-dashboard for the current user.
#
#   irm https://github.com/odd-dashboard/odd-dashboard/releases/latest/download/install.ps1 | iex
#
# With parameters:
#
#   & ([scriptblock]::Create((irm https://github.com/odd-dashboard/odd-dashboard/releases/latest/download/install.ps1))) -Version 0.1.0

<#
.SYNOPSIS
Installs odd-dashboard for the current user, without administrator rights. Running it again upgrades.
.PARAMETER Version
Install this version, such as 0.1.0; by default the latest release. Environment: ODD_INSTALL_VERSION.
.PARAMETER Dir
Folder of the program, by default %LOCALAPPDATA%\Programs\odd-dashboard. Environment: ODD_INSTALL_DIR.
.PARAMETER From
Folder or URL with the files of one release, for machines without internet. Environment: ODD_INSTALL_FROM.
.PARAMETER Mirror
Server with the paths of the releases on GitHub. Environment: ODD_INSTALL_MIRROR.
.PARAMETER Provenance
Verify with GitHub CLI that our workflow built the archive: auto (if gh is logged in), require, or off. Environment:
ODD_INSTALL_PROVENANCE.
.PARAMETER KeepPath
Do not add the folder to the PATH of the user.
.PARAMETER Uninstall
Remove what this script installed.
#>
param(
    [string]$Version = $env:ODD_INSTALL_VERSION,
    [string]$Dir = $env:ODD_INSTALL_DIR,
    [string]$From = $env:ODD_INSTALL_FROM,
    [string]$Mirror = $env:ODD_INSTALL_MIRROR,
    [string]$Provenance = $env:ODD_INSTALL_PROVENANCE,
    [switch]$KeepPath,
    [switch]$Uninstall
)

# In a scope of its own: `iex` runs this text in the session of the user.
& {
    Set-StrictMode -Version 2
    $ErrorActionPreference = 'Stop'
    # Windows PowerShell downloads slowly while it draws the progress.
    $ProgressPreference = 'SilentlyContinue'
    $repository = 'odd-dashboard/odd-dashboard'
    $target = 'x86_64-pc-windows-msvc'

    # Ends the script with a problem and what to do about it.
    function Stop-Installation([string]$Problem, [string[]]$Hints) {
        throw (@("error: $Problem") + @($Hints | ForEach-Object { "hint: $_" }) -join "`n")
    }

    function Get-UserPath {
        # Unexpanded, so that %VARIABLES% in it are kept.
        $key = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Environment')
        $path = $key.GetValue('Path', '', [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
        $key.Close()
        return @($path -split ';' | Where-Object { $_ })
    }

    function Set-UserPath([string[]]$Folders) {
        $key = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Environment', $true)
        $key.SetValue('Path', ($Folders -join ';'), [Microsoft.Win32.RegistryValueKind]::ExpandString)
        $key.Close()
        # Setting any variable this way tells the running programs that the environment has changed.
        [Environment]::SetEnvironmentVariable('ODD_INSTALL_NOTICE', $null, 'User')
    }

    # Stores a file of the release.
    function Get-ReleaseFile([string]$Name, [string]$Path) {
        if ($source -match '^https?://') {
            # -UseBasicParsing: Windows PowerShell would need Internet Explorer.
            Invoke-WebRequest -Uri "$source/$Name" -OutFile $Path -UseBasicParsing -TimeoutSec 600
        } else {
            Copy-Item -LiteralPath (Join-Path $source $Name) -Destination $Path
        }
    }

    function Test-Provenance([string]$Path) {
        $gh = Get-Command gh -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
        if ($Provenance -eq 'off') { return }
        if ($Provenance -eq 'require' -and -not $gh) {
            Stop-Installation 'the provenance cannot be verified: gh is not installed' 'winget install GitHub.cli'
        }
        # The output of gh on standard error is no error of this script.
        $ErrorActionPreference = 'Continue'
        if ($Provenance -eq 'auto') {
            if ($source -notlike 'https://github.com/*') { return }
            if ($gh) { & $gh auth status *> $null }
            if (-not $gh -or $LASTEXITCODE -ne 0) {
                Write-Host 'The checksum is right. To verify who built the archive too, log in with GitHub CLI: gh auth login'
                return
            }
        }
        & $gh attestation verify $Path --repo $repository | Out-Host
        $isVerified = $LASTEXITCODE -eq 0
        $ErrorActionPreference = 'Stop'
        if (-not $isVerified) {
            Stop-Installation "the workflow of $repository did not build $archive" @(
                'nothing was installed; do not use the archive',
                'if gh could not reach GitHub or is not logged in: gh auth login, then try again'
            )
        }
    }

    function Uninstall-Program {
        if (-not (Test-Path -LiteralPath $program)) {
            Stop-Installation "odd-dashboard is not installed in $Dir" 'name its folder with -Dir'
        }
        try {
            Remove-Item -LiteralPath $program -Force
        } catch {
            Stop-Installation "cannot remove ${program}: $_" 'stop odd-dashboard first: odd-dashboard down'
        }
        foreach ($file in "$program.old", (Join-Path $Dir 'odd-dashboard.completion.ps1')) {
            Remove-Item -LiteralPath $file -Force -ErrorAction SilentlyContinue
        }
        Set-UserPath @(Get-UserPath | Where-Object { $_.TrimEnd('\') -ne $Dir })
        Write-Host "Removed odd-dashboard. Jobs and settings are kept, if there are any, in $env:APPDATA\odd-dashboard and"
        Write-Host "$env:LOCALAPPDATA\odd-dashboard."
    }

    # Returns the name of the archive in SHA256SUMS, and its checksum.
    function Find-Archive([string]$Sums) {
        $line = '^(?<digest>[0-9a-f]{64}) [ *](?<name>odd-dashboard-(?<version>[0-9][0-9A-Za-z.+-]*?)-' + $target + '\.zip)$'
        $offered = @(Get-Content -LiteralPath $Sums | ForEach-Object { 
            if ($_ -match $line) { [pscustomobject]@{ digest = $Matches.digest; name = $Matches.name; version = $Matches.version } }
        })
        $found = @($offered | Where-Object { -not $Version -or $_.version -eq $Version })
        if ($found.Count -eq 1) { return $found[0] }
        $names = @($offered | ForEach-Object { $_.name }) -join ' '
        Stop-Installation "$source has $($found.Count) archives of odd-dashboard $Version for $target" "choose one of these with -Version: $names"
    }

    function Install-Program([string]$Work) {
        $sums = Join-Path $Work 'SHA256SUMS'
        try {
            Get-ReleaseFile 'SHA256SUMS' $sums
        } catch {
            Stop-Installation "cannot get $source/SHA256SUMS: $_" @(
                'check that this release exists, and that the proxy settings of this machine are right',
                'without internet: copy the files of the release to this machine and use -From FOLDER'
            )
        }
        $entry = Find-Archive $sums
        $archive = $entry.name
        $path = Join-Path $Work $archive
        Write-Host "Downloading $archive from $source"
        try {
            Get-ReleaseFile $archive $path
        } catch {
            Stop-Installation "cannot get $source/${archive}: $_" 'the release lists this file; try again, or choose another release with -Version'
        }
        $digest = (Get-FileHash -LiteralPath $path -Algorithm SHA256).Hash.ToLowerInvariant()
        if ($digest -ne $entry.digest) {
            Stop-Installation "$archive is damaged or forged: its SHA-256 is $digest, SHA256SUMS says $($entry.digest)" `
                'nothing was installed; try again, and report it if it happens again'
        }
        Test-Provenance $path
        Expand-Archive -LiteralPath $path -DestinationPath $Work
        $unpacked = Join-Path $Work "odd-dashboard-$($entry.version)-$target"
        $runs = & (Join-Path $unpacked 'odd-dashboard.exe') version --output name
        if ($LASTEXITCODE -ne 0 -or $runs -ne $entry.version) {
            Stop-Installation "the program does not run on this machine: $runs" `
                'install the Visual C++ runtime: winget install Microsoft.VCRedist.2015+.x64'
        }
        try {
            New-Item -ItemType Directory -Path $Dir -Force | Out-Null
            Copy-Item -LiteralPath (Join-Path $unpacked 'odd-dashboard.exe') -Destination "$program.new" -Force
            Copy-Item -LiteralPath (Join-Path $unpacked 'completions\odd-dashboard.ps1') `
                -Destination (Join-Path $Dir 'odd-dashboard.completion.ps1') -Force
            # Windows replaces no running program, but renames it.
            Remove-Item -LiteralPath "$program.old" -Force -ErrorAction SilentlyContinue
            if (Test-Path -LiteralPath $program) { Move-Item -LiteralPath $program -Destination "$program.old" -Force }
            Move-Item -LiteralPath "$program.new" -Destination $program
            Remove-Item -LiteralPath "$program.old" -Force -ErrorAction SilentlyContinue
        } catch {
            Stop-Installation "cannot write to ${Dir}: $_" 'choose a folder of yours with -Dir, and stop programs that use the old version'
        }
        Write-Host "Installed odd-dashboard $($entry.version) as $program"
        $folders = @(Get-UserPath)
        if (-not $KeepPath -and -not ($folders | Where-Object { $_.TrimEnd('\') -eq $Dir })) {
            Set-UserPath ($folders + $Dir)
            Write-Host "$Dir was added to your PATH: open a new terminal."
        }
        Write-Host "For completions, add this line to `$PROFILE: . '$(Join-Path $Dir 'odd-dashboard.completion.ps1')'"
    }

    if (-not $Provenance) { $Provenance = 'auto' }
    if ($Provenance -notin 'auto', 'require', 'off') {
        Stop-Installation "'$Provenance' is not a value of -Provenance" 'use auto, require or off'
    }
    $Version = "$Version" -replace '^v', ''
    if ($Version -and $Version -notmatch '^[0-9A-Za-z.+-]+$') {
        Stop-Installation "'$Version' is not a version" 'versions look like 0.1.0'
    }
    if ([Environment]::OSVersion.Platform -ne 'Win32NT') {
        Stop-Installation 'this script installs on Windows only' 'use install.sh'
    }
    # Windows on ARM translates programs for x64.
    if (-not [Environment]::Is64BitOperatingSystem) {
        Stop-Installation 'there is no build for 32-bit Windows' "with Rust: cargo install --locked --git https://github.com/$repository odd-dashboard"
    }
    if (-not $Dir) { $Dir = Join-Path $env:LOCALAPPDATA 'Programs\odd-dashboard' }
    $Dir = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Dir).TrimEnd('\')
    $program = Join-Path $Dir 'odd-dashboard.exe'
    if ($Uninstall) {
        Uninstall-Program
        return
    }
    if (-not $Mirror) { $Mirror = "https://github.com/$repository/releases" }
    $source = if ($From) { $From.TrimEnd('/') }
    elseif ($Version) { "$($Mirror.TrimEnd('/'))/download/v$Version" }
    else { "$($Mirror.TrimEnd('/'))/latest/download" }
    # Plain HTTP is for this machine only. A name before `@` is that of a user, although it may look like that of the server.
    if ($source -match '://' -and $source -notmatch '^(https://[^/@\\]+|http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?)(/|$)') {
        Stop-Installation "$source is not safe to install from" 'use https:// without a user name, or a local folder'
    }
    # Windows PowerShell offers older versions of TLS first.
    [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
    $work = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
    New-Item -ItemType Directory -Path $work | Out-Null
    try {
        Install-Program $work
    } finally {
        Remove-Item -LiteralPath $work -Recurse -Force -ErrorAction SilentlyContinue
    }
}
