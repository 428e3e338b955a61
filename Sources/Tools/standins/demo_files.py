"""The small order service of the demo: its files, and what the merge request does to them."""

TOTALS = '''"""Totals of an order: items, discount, tax."""

from decimal import Decimal

TAX_RATE = Decimal("0.19")


def item_total(item):
    """Price of one line of the order."""
    return item.price * item.quantity


def subtotal(order):
    total = Decimal(0)
    for item in order.items:
        total += item_total(item)
    return total


def discount(order, customer):
    """Discount in money. Customers that are not signed in have none."""
    if customer is None:
        return Decimal(0)
    if customer.is_loyal:
        return subtotal(order) * Decimal("0.05")
    return Decimal(0)


def tax(order, customer):
    return (subtotal(order) - discount(order, customer)) * TAX_RATE


def total(order, customer):
    net = subtotal(order) - discount(order, customer)
    return net + tax(order, customer)
'''

STORAGE = '''"""Orders in the database."""

import sqlite3


class OrderStorage:
    def __init__(self, path):
        self._connection = sqlite3.connect(path)
        self._connection.row_factory = sqlite3.Row

    def find(self, number):
        rows = self._connection.execute(
            "SELECT * FROM orders WHERE number = ?", (number,))
        return rows.fetchone()

    def find_by_customer(self, customer):
        rows = self._connection.execute(
            "SELECT * FROM orders WHERE customer = ? ORDER BY number", (customer,))
        return rows.fetchall()

    def save(self, order):
        with self._connection:
            self._connection.execute(
                "INSERT INTO orders (number, customer, total) VALUES (?, ?, ?)",
                (order.number, order.customer, str(order.total)))

    def close(self):
        self._connection.close()
'''

MAIL = '''"""Mail to customers."""

import smtplib
from email.message import EmailMessage

SENDER = "orders@example.org"


def confirmation(order):
    message = EmailMessage()
    message["From"] = SENDER
    message["To"] = order.mail_address
    message["Subject"] = f"Order {order.number}"
    message.set_content(f"Thank you. We have your order {order.number}.")
    return message


def send(message, host="localhost"):
    with smtplib.SMTP(host) as server:
        server.send_message(message)
'''

CART = '''// The cart in the browser.

export function addItem(cart, item) {
  const known = cart.items.find((one) => one.id === item.id);
  if (known) {
    known.quantity += item.quantity;
  } else {
    cart.items.push({ ...item });
  }
  return cart;
}

export function removeItem(cart, id) {
  cart.items = cart.items.filter((one) => one.id !== id);
  return cart;
}

export function countItems(cart) {
  let count = 0;
  for (let i = 0; i < cart.items.length; i++) {
    count += cart.items[i].quantity;
  }
  return count;
}
'''

SCHEMA = '''-- orders, one row each
CREATE TABLE orders (
    number INTEGER PRIMARY KEY,
    customer TEXT NOT NULL,
-- amounts are text, since SQLite has no decimal
    total TEXT NOT NULL
);

CREATE TABLE items (
    order_number INTEGER NOT NULL REFERENCES orders (number),
    article TEXT NOT NULL,
    quantity INTEGER NOT NULL
);

CREATE INDEX items_by_order ON items (order_number);
'''

AGENT = """[agent]\r
name = print-agent\r
interval = 30\r
\r
[printer]\r
paper = A4\r
tray = 1\r
duplex = no\r
"""

LIMITS = """# Limits

- 200 items in an order
- 50 orders a day for each customer
- 10 seconds for a request"""

EXPORT = '''"""Export for the old warehouse program."""


def export(orders):
    lines = []
    for order in orders:
        lines.append(f"{order.number};{order.customer};{order.total}")
    return "\\n".join(lines)
'''

TEST_TOTALS = '''from decimal import Decimal

from orders.totals import subtotal


class Item:
    def __init__(self, price, quantity):
        self.price, self.quantity = Decimal(price), quantity


class Order:
    def __init__(self, *items):
        self.items = items


def test_subtotal_adds_lines():
    assert subtotal(Order(Item("2.50", 2), Item("1", 3))) == Decimal("8")
'''

README = """# orders

Takes orders, keeps them, tells the customer.
"""

# The history of `main`: message, then files written.
MAIN_COMMITS = (
    ("orders: Add totals and their test", {
        "README.md": README, "orders/__init__.py": "", "orders/totals.py": TOTALS,
        "tests/test_totals.py": TEST_TOTALS}),
    ("orders: Keep orders in SQLite", {"orders/storage.py": STORAGE, "db/schema.sql": SCHEMA}),
    ("web: Add the cart; mail: Confirm orders", {
        "web/cart.js": CART, "orders/mail.py": MAIL, "warehouse/export.py": EXPORT,
        "config/print-agent.ini": AGENT, "docs/limits.md": LIMITS,
        "web/logo.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(200))}),
)

# After the branch was made, `main` went on, so the merge base is not its head.
LATER_ON_MAIN = ("docs: Say how to run the tests", {
    "README.md": README + "\nRun the tests with `python3 -m pytest`.\n"})

MESSAGES = """Order received
Order packed
Bestellung unterwegs: Größe 1,5 kg
주문이 도착했습니다
"""

# The merge request: message, then edits (path, old text, new text), new, renamed, deleted files.
BRANCH_COMMITS = (
    {
        "message": "orders: Total large orders faster",
        "edits": (
            ("orders/totals.py", '''    total = Decimal(0)
    for item in order.items:
        total += item_total(item)
    return total
''', '''    total = Decimal(0)
    index = 0
    while index <= len(order.items):
        total += item_total(order.items[index])
        index += 1
    return total
'''),
            ("orders/totals.py", '''    if customer is None:
        return Decimal(0)
    if customer.is_loyal:
''', '''    if customer.is_loyal == None:
        return Decimal(0)
    if customer.is_loyal:
'''),
            ("web/cart.js", "  for (let i = 0; i < cart.items.length; i++) {\n",
             "  for (let i = 0; i <= cart.items.length; i++) {\n"),
        ),
    },
    {
        "message": "orders: Search by article, tell the warehouse by mail",
        "edits": (
            ("orders/storage.py", '''    def save(self, order):
''', '''    def search(self, article):
        rows = self._connection.execute(
            f"SELECT * FROM orders JOIN items WHERE article = '{article}'")
        return rows.fetchall()

    def save(self, order):
'''),
            ("orders/storage.py", '''    def close(self):
        self._connection.close()
''', '''    def close(self):
        try:
            self._connection.close()
        except:
            pass
'''),
            ("orders/mail.py", '''SENDER = "orders@example.org"
''', '''SENDER = "orders@example.org"
SMTP_PASSWORD = "hunter2-for-now"
'''),
            ("orders/mail.py", '''    with smtplib.SMTP(host) as server:
        server.send_message(message)
''', '''    with smtplib.SMTP(host) as server:
        server.login(SENDER, SMTP_PASSWORD)
        server.send_message(message)
'''),
        ),
        "renames": (("orders/mail.py", "orders/notify.py"),),
        "deletes": ("warehouse/export.py",),
        "files": {"orders/messages.txt": MESSAGES},
    },
    {
        "message": "db: Amounts as integers; config: Both sides of the paper",
        "edits": (
            ("db/schema.sql", '''-- amounts are text, since SQLite has no decimal
    total TEXT NOT NULL
''', '''    total INTEGER NOT NULL -- TODO: migrate what is there
'''),
            ("db/schema.sql", '''CREATE INDEX items_by_order ON items (order_number);
''', '''CREATE INDEX items_by_order ON items (order_number);
CREATE INDEX items_by_article ON items (article);
'''),
            ("config/print-agent.ini", "duplex = no\r\n",
             "duplex = yes\r\npassword = \"print-it-all\"\r\n"),
            ("docs/limits.md", "- 10 seconds for a request",
             "- 10 seconds for a request\n- TODO: say what happens beyond"),
        ),
        "files": {"web/logo.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(100, 250))},
    },
)
