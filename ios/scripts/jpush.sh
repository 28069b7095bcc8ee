# The push service's SDK for the app, from the npm packages that carry it, into ios/JPush, where project.yml looks for it;
# sourced by scripts/apple. Nothing of it is part of the repository.
[ -d "$IOS/JPush" ] && { say 'ios/JPush is there'; return 0; }
has npm || fail 'jpush: install npm first'
jpush=$(mktemp -d)
(cd "$jpush" && npm pack --silent jpush-phonegap-plugin@3.8.6 cordova-plugin-jcore@1.4.4 >&2)
mkdir -p "$jpush/module"
for package in "$jpush"/*.tgz; do
    tar -xzf "$package" -C "$jpush"
    find "$jpush/package/src/ios" \( -name JPUSHService.h -o -name JGInforCollectionAuth.h \) -exec cp {} "$jpush/module" \;
    find "$jpush/package/src/ios" -name 'jpush*.a' -exec cp {} "$jpush/module/libjpush.a" \;
    find "$jpush/package/src/ios" -name '*jcore*.a' -exec cp {} "$jpush/module/libjcore.a" \;
    rm -rf "$jpush/package"
done
cat >"$jpush/module/module.modulemap" <<'MAP'
module JPush {
    header "JPUSHService.h"
    header "JGInforCollectionAuth.h"
    link "jpush"
    link "jcore"
    link "z"
    link "resolv"
    link framework "CFNetwork"
    link framework "CoreTelephony"
    link framework "StoreKit"
    link framework "SystemConfiguration"
    link framework "UserNotifications"
    export *
}
MAP
for file in JPUSHService.h JGInforCollectionAuth.h libjpush.a libjcore.a; do
    [ -s "$jpush/module/$file" ] || fail "jpush: the packages have no $file"
done
mv "$jpush/module" "$IOS/JPush"
rm -rf "$jpush"
