base_price, edge_percent = 100, 10  # sats; the site's whole percent when the order was made
paid = 1_000  # sats that were confirmed in time

player_price = (base_price * (100 + edge_percent) + 99) // 100  # rounded up to a whole sat
tickets = paid // player_price
to_the_jackpot = tickets * base_price
to_the_partner = paid - to_the_jackpot

print(player_price, tickets, to_the_jackpot, to_the_partner)
