"""Where people come from: names, time zones, when the week and supper begin, which food is near."""

from typing import NamedTuple


class Culture(NamedTuple):
    """Some people who have much in common.

    Args:
        share: of all people, beside those of the others.
        zones: IANA names, one as often as it is listed.
        supper: hour of the main meal.
        sunday_first: whether weeks begin on Sunday.
        south: whether December is summer.
        cuisines: that are near to them.
        first, last: names, separated by blanks; an underscore is a blank within a name.
        form: how a whole name is written.
    """

    share: float
    zones: tuple[str, ...]
    supper: float
    sunday_first: bool
    south: bool
    cuisines: tuple[str, ...]
    first: str
    last: str
    form: str = "{first} {last}"

    def name(self, first: int, last: int) -> str:
        """A whole name; numbers beyond the lists begin anew."""
        firsts, lasts = self.first.split(), self.last.split()
        whole = self.form.format(first=firsts[first % len(firsts)], last=lasts[last % len(lasts)])
        return whole.replace("_", " ")


_US = (
    ("America/New_York",) * 5
    + ("America/Chicago",) * 3
    + ("America/Denver",)
    + ("America/Los_Angeles",) * 3
)

CULTURES = (
    Culture(
        0.24, _US, 18.2, True, False, ("american", "mexican", "italian"),
        "Emma Liam Olivia Noah Ava Ethan Mia Lucas Harper Mason Grace Owen Chloe Caleb Naomi "
        "Isaiah Zoë Renée Ruth Wyatt Hazel Julian Stella Dean Violet Marvin Audrey Felicity Quinn "
        "Spencer",
        "Miller Johnson Carter Brooks Reed Hayes Sullivan Foster Bennett Coleman O’Connor "
        "Whitaker Price Lane Fisher Barrett Dawson Holloway Kessler Lindgren Novak Ortiz Pham "
        "Rossi Steiner Underwood Vance Yates",
    ),
    Culture(
        0.05, _US, 18.5, True, False, ("american", "cajun", "jamaican"),
        "Jasmine Malik Aaliyah Darius Imani Terrence Kiara Andre Monique Jalen Tiana Marcus",
        "Washington Jackson Freeman Banks Simmons Dixon Gaines Booker Mayfield Rhodes",
    ),
    Culture(
        0.09, ("Europe/London",), 18.7, False, False, ("british", "indian", "italian"),
        "Amelia Oliver Isla Harry Freya Alfie Poppy Callum Niamh Rhys Imogen Ewan Siân Fergus "
        "Harriet Gareth Morag Toby Priyanka Angus Bronwen Jude Elspeth Reuben",
        "Thompson Hughes Clarke Walker MacLeod Evans Ashworth Baker Kerr Pritchard Shaw Byrne "
        "Fairclough Holt Llewellyn Marsh Naismith Okonkwo Patel Redfern Sinclair Thorne",
    ),
    Culture(
        0.08, ("Europe/Berlin",), 18.5, False, False, ("german", "italian", "turkish"),
        "Anna Jonas Lea Felix Jörg Käthe Björn Sabine Lukas Jürgen Hannah Moritz Ömer Greta "
        "Katharina Matthias Swantje Tobias Ulrike Wiebke Till Friederike",
        "Müller Schäfer Becker Weiß Vogel Krüger Hoffmann Böhm Jäger Lehmann Yıldız Köhler "
        "Petersen Brandt Hübner Lorenz Scholz Engelhardt Ziegler Pohl",
    ),
    Culture(
        0.06, ("Europe/Paris",), 19.8, False, False, ("french", "moroccan", "italian"),
        "Camille Hugo Léa Théo Chloé Étienne Inès Mathéo Maëlle François Noémie Gaël Clémence "
        "Rémi Aurélie Baptiste Océane Loïc Solène Thibault",
        "Lefèvre Dubois Moreau Fournier Girard Béranger Rousseau Chevalier Lemaître Gauthier "
        "Perrin Marchand Noël Caron Renaud Benali Picard Delaunay",
    ),
    Culture(
        0.05, ("Europe/Rome",), 20.0, False, False, ("italian", "greek"),
        "Giulia Lorenzo Chiara Matteo Sofia Niccolò Martina Davide Alessia Tommaso Elena Pietro "
        "Ilaria Simone Noemi Gabriele",
        "Rossi Bianchi Ferrari Esposito Romano Colombo Ricci Marino De_Luca D’Angelo Conti Gallo "
        "Fontana Barbieri Moretti Serra",
    ),
    Culture(
        0.04, ("Europe/Madrid",), 21.0, False, False, ("spanish", "portuguese"),
        "Lucía Álvaro Begoña Íñigo Paula Joaquín Nuria Sergio Inés Rubén Aitana Óscar Marta "
        "Gonzalo Irene Adrián",
        "García_Núñez Fernández López_Peña Romero Ibáñez Castaño Vega Muñoz Serrano Ortega Molina "
        "Cabrera Prieto Etxeberria Lozano",
    ),
    Culture(
        0.06, ("America/Mexico_City",), 20.0, True, False, ("mexican", "tex-mex"),
        "Ximena Santiago Valentina Emiliano Guadalupe Andrés Renata José_Luis Daniela Ángel "
        "Fernanda Iván Itzel Rodrigo Citlali Héctor",
        "Hernández Martínez Rodríguez Peña Ramírez Ávila Ríos Guzmán Salazar Muñiz Cárdenas "
        "Fuentes Olvera Treviño Zúñiga Villa",
    ),
    Culture(
        0.06, ("America/Sao_Paulo",), 19.8, True, True, ("brazilian", "portuguese", "italian"),
        "João Beatriz Thiago Letícia Gabriel Conceição Rafaela Vinícius Luíza Caio Mariana Otávio "
        "Júlia Murilo Isadora Antônio",
        "da_Silva Gonçalves Araújo Ribeiro Magalhães Teixeira Brandão Nóbrega Lima Cardoso "
        "Freitas Moraes Sant’Anna Vasconcelos",
    ),
    Culture(
        0.09, ("Asia/Kolkata",), 20.3, True, False, ("indian", "nepali"),
        "Priya Arjun Ananya Rohan Kavya Vikram Meera Aditya Isha Sanjay Divya Farhan Lakshmi "
        "Nikhil Sneha Rahul Pooja Harish Tanvi Imran Revathi Gaurav",
        "Sharma Patel Iyer Reddy Nair Gupta Banerjee Kulkarni Singh Deshpande Qureshi Menon Joshi "
        "Chatterjee Kaur Pillai Agarwal Rao Bose Naidu Shetty",
    ),
    Culture(
        0.05, ("Asia/Tokyo",), 19.2, True, False, ("japanese", "korean", "italian"),
        "陽菜 蓮 さくら 大翔 美咲 健太 葵 直樹 結衣 翔太 真由美 拓海 千尋 悠斗 恵子 大輔",
        "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 松本 井上 木村 清水 森",
        "{last} {first}",
    ),
    Culture(
        0.03, ("Asia/Seoul",), 18.8, True, False, ("korean", "japanese"),
        "서연 민준 지우 도윤 하은 지훈 수아 현우 예린 태양 은지 성민 유나 재현",
        "김 이 박 최 정 강 조 윤 장 한 오 서 신 권 황",
        "{last}{first}",
    ),
    Culture(
        0.03, ("Asia/Shanghai", "Asia/Taipei"), 18.7, False, False, ("chinese", "japanese"),
        "伟 芳 静 子涵 浩然 雨桐 建国 思远 婷婷 明轩 晓燕 志强 佳怡 文博",
        "王 李 张 刘 陈 杨 黄 赵 吴 林 周 徐 孙 马 朱",
        "{last}{first}",
    ),
    Culture(
        0.02, ("Asia/Ho_Chi_Minh",), 18.7, False, False, ("vietnamese", "thai"),
        "Thị_Hương Văn_Tuấn Khánh_Linh Minh_Đức Phương_Thảo Anh_Quân Bích_Ngọc Gia_Bảo Thu_Hà "
        "Quốc_Huy",
        "Nguyễn Trần Lê Phạm Hoàng Đặng Bùi Võ Đỗ Hồ",
        "{last} {first}",
    ),
    Culture(
        0.02, ("Europe/Istanbul",), 19.2, False, False, ("turkish", "lebanese", "greek"),
        "Elif Emre Zeynep Çağlar Ayşe Oğuz Şule İbrahim Defne Kerem",
        "Yılmaz Kaya Demir Şahin Çelik Öztürk Aydın Güneş",
    ),
    Culture(
        0.03, ("Europe/Warsaw",), 18.0, False, False, ("polish", "italian", "ukrainian"),
        "Zofia Łukasz Agnieszka Michał Małgorzata Paweł Żaneta Krzysztof Jagoda Grzegorz",
        "Nowak Wójcik Kowalczyk Mazur Krawczyk Duda Wróbel Stępień Pająk Gołąb",
    ),
    Culture(
        0.02, ("Europe/Stockholm",), 18.0, False, False, ("swedish", "scandinavian", "thai"),
        "Åsa Björn Linnéa Göran Saga Östen Elsa Måns",
        "Lindström Åberg Sjögren Nyström Öberg Hedlund Wikström",
    ),
    Culture(
        0.02, ("Europe/Athens",), 20.8, False, False, ("greek", "italian"),
        "Ελένη Γιώργος Μαρία Νίκος Κατερίνα Δημήτρης Σοφία Στέλιος",
        "Νικολάου Γεωργίου Οικονόμου Αθανασίου Κωνσταντίνου Παπαγεωργίου Ιωάννου",
    ),
    Culture(
        0.02, ("Asia/Beirut", "Africa/Cairo"), 20.0, False, False,
        ("lebanese", "middle eastern", "moroccan"),
        "ليلى كريم نور يوسف مريم سامر هدى طارق",
        "حداد خوري منصور الشامي نجار سليمان صباغ عيسى",
    ),
    Culture(
        0.02, ("Africa/Lagos",), 19.5, False, False, ("nigerian", "west african"),
        "Ngozi Chidi Adaeze Tunde Fọlákẹ́ Emeka Yétúndé Ọbinna",
        "Okafor Adeyemi Eze Balogun Nwosu Ọláyínká Bello",
    ),
    Culture(
        0.02, ("Europe/Kyiv",), 18.8, False, False, ("ukrainian", "polish", "georgian"),
        "Олена Андрій Наталія Тарас Ірина Богдан",
        "Шевченко Коваленко Бондар Мельник Ткачук Лисенко",
    ),
    Culture(
        0.04, ("Australia/Sydney", "Australia/Melbourne", "Pacific/Auckland"), 18.4, False, True,
        ("british", "thai", "vietnamese"),
        "Charlotte Jack Matilda Lachlan Ruby Hamish Aroha Tāne Kiri Angus",
        "Campbell Murray Nguyen Fraser Walters Ngata Henare Mitchell Doyle",
    ),
)  # fmt: skip

ZONES = tuple(dict.fromkeys(zone for culture in CULTURES for zone in culture.zones))
