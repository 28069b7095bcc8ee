//! What simulated units are called and where they live.

use crate::model::LatLon;

/// A city: name of its region and site, middle in WGS-84 degrees, and whether its units have Chinese names.
pub(super) struct City {
    pub(super) region: &'static str,
    pub(super) site: &'static str,
    pub(super) lat_deg: f64,
    pub(super) lon_deg: f64,
    pub(super) plate: &'static str,
    pub(super) chinese: bool,
}

impl City {
    /// Its middle.
    pub(super) fn place(&self) -> LatLon {
        LatLon::new(self.lat_deg, self.lon_deg).unwrap_or(LatLon::NULL_ISLAND)
    }
}

const fn city(
    region: &'static str,
    site: &'static str,
    lat_deg: f64,
    lon_deg: f64,
    plate: &'static str,
    chinese: bool,
) -> City {
    City { region, site, lat_deg, lon_deg, plate, chinese }
}

/// Where a unit lives when there is no city of its number.
pub(super) const HOME: City = city("Pacific", "Suva, Fiji", -18.1416, 178.4419, "FJ", false);

pub(super) const CITIES: [City; 14] = [
    city("华东", "上海 浦东工地", 31.2304, 121.4737, "沪A", true),
    city("华东", "杭州 仓库", 30.2741, 120.1551, "浙A", true),
    city("华南", "深圳 港口", 22.5431, 114.0579, "粤B", true),
    city("华南", "广州 冷链中心", 23.1291, 113.2644, "粤A", true),
    city("华北", "北京 车队", 39.9042, 116.4074, "京A", true),
    city("西南", "成都 工地", 30.5728, 104.0668, "川A", true),
    city("西北", "乌鲁木齐 站", 43.8256, 87.6168, "新A", true),
    city("Asia", "Hong Kong, Kwun Tong", 22.3133, 114.2258, "HK", false),
    city("Asia", "Seoul depot", 37.5665, 126.9780, "12가", false),
    city("Asia", "Hanoi site", 21.0285, 105.8542, "29C", false),
    city("Europe", "Rotterdam port", 51.9244, 4.4777, "NL", false),
    city("Europe", "Praha sklad", 50.0755, 14.4378, "1A", false),
    city("Americas", "São Paulo, pátio 2", -23.5505, -46.6333, "BR", false),
    city("Pacific", "Taveuni, Fiji", -16.8600, 179.9700, "FJ", false),
];

/// Kind as the server's category word, then its name in English and Chinese, and a model.
pub(super) const KINDS: [(&str, &str, &str, &str); 10] = [
    ("van", "Van", "面包车", "Wuling Rongguang"),
    ("truck", "Truck", "卡车", "Sinotruk Howo"),
    ("crane", "Crane", "吊车", "XCMG XCT25"),
    ("excavator", "Excavator", "挖掘机", "CAT 320"),
    ("truck", "Cold chain", "冷链车", "Foton Aumark"),
    ("trailer", "Trailer", "挂车", "CIMC 40ft"),
    ("person", "Inspector", "巡检员", "phone"),
    ("car", "Car", "轿车", "BYD Qin"),
    ("tractor", "Tractor", "拖拉机", "YTO LX904"),
    ("bus", "Bus", "班车", "Yutong ZK6"),
];

pub(super) const CONTACTS: [(&str, &str); 8] = [
    ("Li Lei", "李雷"),
    ("Han Meimei", "韩梅梅"),
    ("Wang Wei", "王伟"),
    ("Zhang San", "张三"),
    ("Nguyễn Văn An", "阮文安"),
    ("Kim Min-jun", "金敏俊"),
    ("Jana Nováková", "诺瓦科娃"),
    ("João Silva", "席尔瓦"),
];
